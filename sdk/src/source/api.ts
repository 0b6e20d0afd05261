/** Code that runs in the job. */
export interface Source {
  /**
   * The program: a path, below `sourceDirectory` when that is given; or a file by content, as a form gives it.
   * Its top folder is the working directory.
   */
  readonly script: string | { readonly name: string; readonly text: string };
  /** Everything in this folder goes along; `requirements.txt` in it needs `network: 'connected'`. */
  readonly sourceDirectory?: string;
}
