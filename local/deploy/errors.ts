/** What can be wrong with a deployment. A reader (start, Service Catalog, a test) can be exhaustive. */
export type DeployErrorCode =
  /** The assembly or a template has a form that CloudFormation would refuse. */
  | 'TemplateInvalid'
  /** A parameter is missing, unknown or outside its constraints. */
  | 'ParameterInvalid'
  /** A function or pseudo parameter that the resolver does not know. */
  | 'IntrinsicUnknown'
  /** Ref or Fn::GetAtt to something that is not there. */
  | 'ReferenceUnknown'
  /** A resource type without a file in resources/ and without a reason in not-emulated.ts. */
  | 'ResourceTypeUnknown'
  /** A property that no code applies: it would be dropped silently. */
  | 'PropertyNotApplied'
  /** Resources that wait for each other. */
  | 'DependencyCycle'
  /** AWS would refuse the change: a resource with a name of its own needs a replacement. */
  | 'ReplacementRefused'
  /** AWS would refuse it: another logical id of the stack has a resource of that name. */
  | 'NameTaken'
  /** A call to the endpoint failed. */
  | 'ResourceFailed'
  /** The credentials may not do what the resource needs. */
  | 'AccessDenied';

export interface Place {
  readonly stack: string;
  readonly logicalId?: string | undefined;
  /** Path inside the template below the logical id: `Properties.Tags[0].Value`. */
  readonly path?: string | undefined;
}

/** A deployment that cannot go on, with the place in the template. */
export class DeployError extends Error {
  readonly code: DeployErrorCode;
  readonly place: Place;

  constructor(code: DeployErrorCode, place: Place, message: string, cause?: unknown) {
    super(
      `${place.stack}${place.logicalId === undefined ? '' : ` / ${place.logicalId}`}${place.path ? ` / ${place.path}` : ''}: ${message}`,
      {
        ...(cause === undefined ? {} : { cause }),
      },
    );
    this.name = code;
    this.code = code;
    this.place = place;
  }
}
