import { AwsError } from '../gateway/call.ts';
import { SandboxUnavailable } from './sandbox.ts';

/** A failure whose cause is the customer's: SageMaker's `ClientError`. */
export class ClientFailure extends Error {
  override readonly name = 'ClientFailure';
}

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** FailureReason for what went wrong outside the container. `doing`: `Data download failed`. */
export function failureReason(error: unknown, doing?: string): string {
  const { name, message, $metadata } = error as ServiceError;
  if (error instanceof ClientFailure) return `ClientError: ${message}`;
  if (error instanceof SandboxUnavailable) return `InternalServerError: ${message}`;
  if (error instanceof AwsError) return `ClientError: ${message}`;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined && status < 500)
    return `ClientError: ${doing === undefined ? '' : `${doing}:`}${name} (${String(status)}): ${message}`;
  return `InternalServerError: We encountered an internal error${doing === undefined ? '' : ` (${doing})`}: ${message}`;
}
