/** One script of a lifecycle configuration, decoded from its base64. */
export interface LifecycleScripts {
  /** ARN of the configuration, for messages. */
  readonly arn: string;
  readonly onCreate?: string | undefined;
  readonly onStart?: string | undefined;
}

/** What the platform decides about a notebook instance; the SageMaker service keeps the record, the runner runs it. */
export interface NotebookInstance {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly vpcId: string;
  readonly instanceType: string;
  readonly lifecycle?: LifecycleScripts | undefined;
}

/** Why an instance became Failed: `reason` is its FailureReason. Anything else that is thrown is a fault of ours. */
export class NotebookInstanceFailure extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = 'NotebookInstanceFailure';
    this.reason = reason;
  }
}

/** Runs notebook instances. Names are unique; `NotebookInstance.name` identifies one everywhere. */
export interface NotebookRunner {
  /**
   * Starts an instance and resolves when JupyterLab answers (InService). OnCreate runs once in an instance's life, OnStart at
   * every start; a script that fails or runs longer than five minutes ends in `NotebookInstanceFailure`.
   */
  start(instance: NotebookInstance): Promise<void>;
  /** After a restart of the gateway: takes an instance over that still runs. `false`: it does not run any more. */
  reattach(instance: NotebookInstance): Promise<boolean>;
  /** Stops it; its volume (`/home/ec2-user/SageMaker`) stays. */
  stop(name: string): Promise<void>;
  /** Stops it and deletes its volume. */
  delete(name: string): Promise<void>;
  /** Address of the instance without scheme, as `Url` in DescribeNotebookInstance; `undefined` when it does not run. */
  address(name: string): string | undefined;
  /** A URL that opens the instance once, within five minutes; the login lasts `sessionSeconds`. */
  presignedUrl(name: string, sessionSeconds: number): string;
  /** Called when an instance that was in service ends by itself. */
  onExit(listener: (name: string) => void): void;
}
