import type { Wall } from './api.ts';

/** What an AccessDenied message of AWS says. Absent parts were not in it. */
export interface DenialMessage {
  readonly principal: string | undefined;
  readonly action: string | undefined;
  readonly resource: string | undefined;
  readonly wall: Wall;
  readonly explicit: boolean | undefined;
}

/**
 * Reads the message that AWS puts into an AccessDenied error.
 * Forms: "Troubleshoot access denied error messages" in the IAM user guide.
 */
export function readDenial(message: string): DenialMessage {
  const main =
    /User:\s*(?<principal>\S+)\s+is not authorized to perform:?\s*(?<action>[\w-]+:\w+)?(?:\s+on (?:the )?resource:?\s*"?(?<resource>[^\s"]+?)"?)?(?=[.,]?(?:\s|$))/i.exec(
      message,
    )?.groups;
  const action = main?.['action'];
  const deny = /with an explicit deny in (?:an?|the) (?<kind>.+?)(?: policy)?(?=[:.,]|\s+arn:|$)/i.exec(message)?.groups?.['kind'];
  const absent = /because no (?<kind>.+?)(?: polic(?:y|ies))? allows?/i.exec(message)?.groups?.['kind'];
  const kind = deny ?? absent;
  return {
    principal: main?.['principal'],
    action,
    resource: main?.['resource'],
    wall: kind === undefined ? 'unknown' : wallOf(kind.toLowerCase(), action?.split(':')[0]),
    explicit: deny !== undefined ? true : absent !== undefined ? false : undefined,
  };
}

function wallOf(kind: string, service: string | undefined): Wall {
  if (kind.includes('boundar')) return 'boundary';
  if (kind.includes('endpoint')) return 'endpoint policy';
  if (kind.includes('trust')) return 'trust policy';
  if (kind.includes('session')) return 'session policy';
  if (kind.includes('service control') || kind.includes('resource control')) return 'service control policy';
  if (kind.includes('identity')) return 'identity policy';
  if (kind.includes('resource-based') || kind.includes('resource based'))
    return service === 's3' ? 'bucket policy' : service === 'kms' ? 'key policy' : 'resource policy';
  return 'unknown';
}
