import type { IpPermission } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { text, whole } from '../shapes.ts';

/** A rule as CloudFormation writes it, inside a group or as a resource of its own. */
export const rule = {
  IpProtocol: text,
  FromPort: whole.optional(),
  ToPort: whole.optional(),
  CidrIp: text.optional(),
  CidrIpv6: text.optional(),
  Description: text.optional(),
};
export const ingressRule = z.strictObject({ ...rule, SourceSecurityGroupId: text.optional(), SourcePrefixListId: text.optional() });
export const egressRule = z.strictObject({
  ...rule,
  DestinationSecurityGroupId: text.optional(),
  DestinationPrefixListId: text.optional(),
});
export type Rule = z.infer<typeof ingressRule> | z.infer<typeof egressRule>;

/** The same rule as EC2's API takes it. */
export function permission(source: Rule): IpPermission {
  const { IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, Description } = source;
  const peer =
    'SourceSecurityGroupId' in source
      ? source.SourceSecurityGroupId
      : 'DestinationSecurityGroupId' in source
        ? source.DestinationSecurityGroupId
        : undefined;
  const prefixList =
    'SourcePrefixListId' in source
      ? source.SourcePrefixListId
      : 'DestinationPrefixListId' in source
        ? source.DestinationPrefixListId
        : undefined;
  const described = Description === undefined ? {} : { Description };
  return {
    IpProtocol,
    // Protocol -1 is every protocol and every port; EC2 answers an error to ports then.
    ...(IpProtocol === '-1'
      ? { FromPort: FromPort === undefined ? undefined : -1, ToPort: ToPort === undefined ? undefined : -1 }
      : { FromPort, ToPort }),
    ...(CidrIp === undefined ? {} : { IpRanges: [{ CidrIp, ...described }] }),
    ...(CidrIpv6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6, ...described }] }),
    ...(peer === undefined ? {} : { UserIdGroupPairs: [{ GroupId: peer, ...described }] }),
    ...(prefixList === undefined ? {} : { PrefixListIds: [{ PrefixListId: prefixList, ...described }] }),
  };
}

/** What a group gets from EC2 by itself: everything may go out. CloudFormation takes it away when the template lists egress rules. */
export const EVERYTHING_OUT: Rule = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };
