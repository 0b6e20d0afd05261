/** The release that notebooks install has not been built. */
export class ReleaseMissing extends Error {
  override readonly name = 'ReleaseMissing';

  constructor(folder: string) {
    super(`${folder} is not there: run \`npm run build\` first.`);
  }
}
