/** Why the environment could not start or finish what was asked, in words for its user. */
export class EnvironmentFailure extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EnvironmentFailure';
    this.remedy = remedy;
  }
}
