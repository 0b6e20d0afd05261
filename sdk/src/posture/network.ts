import type { RouteTable, SecurityGroup, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { LabContext } from '../context.ts';
import type { Check } from './api.ts';
import { broken, check, notVerified, sealed } from './check.ts';

/** Services that a job or a notebook cannot do without. */
const NEEDED = ['s3', 'sagemaker.api', 'sagemaker.runtime', 'kms', 'logs', 'sts'] as const;
const EVERYWHERE = new Set(['0.0.0.0/0', '::/0']);

/** Route to anywhere outside: any gateway but the VPC's own router and the gateway endpoints; any default route. */
function wayOut(table: RouteTable): string | undefined {
  for (const route of table.Routes ?? []) {
    const target =
      route.GatewayId ??
      route.NatGatewayId ??
      route.TransitGatewayId ??
      route.VpcPeeringConnectionId ??
      route.EgressOnlyInternetGatewayId ??
      route.NetworkInterfaceId ??
      route.InstanceId ??
      '';
    const destination = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? '';
    if (/^(igw|nat|eigw)-/.test(target) || EVERYWHERE.has(destination)) return `${destination} → ${target}`;
  }
  return undefined;
}

const isOpen = (policy: string | undefined): boolean => {
  if (policy === undefined || policy === '') return true;
  const { Statement } = JSON.parse(policy) as { Statement?: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as {
    Effect?: string;
    Action?: unknown;
    Resource?: unknown;
    Principal?: unknown;
    Condition?: unknown;
  }[];
  return statements.some(
    ({ Effect, Action, Resource, Condition }) => Effect === 'Allow' && Action === '*' && Resource === '*' && Condition === undefined,
  );
};

/** What is open in a group: anything in from everywhere, anything out to everywhere. */
function openings({ GroupId = '', IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup): string[] {
  const open = (permissions: typeof IpPermissions, direction: string) =>
    permissions.flatMap(({ IpRanges = [], Ipv6Ranges = [], FromPort, ToPort, IpProtocol }) =>
      [...IpRanges.map(({ CidrIp }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6)]
        .filter((range) => range !== undefined && EVERYWHERE.has(range))
        .map(
          (range) => `${GroupId} ${direction} ${range ?? ''} (${IpProtocol === '-1' ? 'everything' : `${FromPort ?? ''}–${ToPort ?? ''}`})`,
        ),
    );
  return [...open(IpPermissions, 'in from'), ...open(IpPermissionsEgress, 'out to')];
}

/** Subnets without a way out, endpoints present and with a policy of their own, security groups closed. */
export function networkChecks({ environment, clients }: LabContext): Promise<Check>[] {
  const { vpcId, subnets, securityGroupIds } = environment.network;
  const load = () => Promise.all([clients.ec2(), import('../clients/ec2.ts')]);
  const ids = subnets.map(({ id }) => id);
  const endpoints = async (): Promise<VpcEndpoint[]> => {
    const [ec2, { DescribeVpcEndpointsCommand }] = await load();
    return (await ec2.send(new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }))).VpcEndpoints ?? [];
  };
  let all: Promise<VpcEndpoint[]> | undefined;
  return [
    check('network.subnets-private', 'Subnets without a way out', async () => {
      const [ec2, { DescribeRouteTablesCommand }] = await load();
      const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }));
      const main = RouteTables.find(({ Associations }) => Associations?.some(({ Main }) => Main === true));
      for (const id of ids) {
        const table = RouteTables.find(({ Associations }) => Associations?.some(({ SubnetId }) => SubnetId === id)) ?? main;
        if (table === undefined) return notVerified(`The route table of ${id} is not shown.`);
        const out = wayOut(table);
        if (out !== undefined) return broken(`${id} has a way out: ${out}.`);
      }
      return sealed(`${ids.length} subnets, no internet or NAT gateway, no default route.`);
    }),
    check('network.subnets-in-vpc', 'Subnets of the project’s VPC', async () => {
      const [ec2, { DescribeSubnetsCommand }] = await load();
      const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: ids }));
      const strange = Subnets.filter(({ VpcId }) => VpcId !== vpcId).map(({ SubnetId }) => SubnetId);
      const free = Subnets.reduce((sum, { AvailableIpAddressCount }) => sum + (AvailableIpAddressCount ?? 0), 0);
      if (Subnets.length !== ids.length || strange.length > 0)
        return broken(`Not in ${vpcId}: ${strange.join(', ') || 'some are missing'}.`);
      return sealed(`In ${vpcId}, ${free} addresses free.`);
    }),
    check('network.endpoints-there', 'VPC endpoints', async () => {
      const there = await (all ??= endpoints());
      const available = new Set(
        there
          .filter(({ State }) => State?.toLowerCase() === 'available')
          .map(({ ServiceName }) => ServiceName?.split(`.${environment.region}.`)[1]),
      );
      const missing = NEEDED.filter((service) => !available.has(service));
      return missing.length === 0
        ? sealed(`${there.length} endpoints; ${NEEDED.join(', ')} among them.`)
        : broken(`Missing: ${missing.join(', ')}.`);
    }),
    check('network.endpoints-limited', 'VPC endpoint policies', async () => {
      const there = await (all ??= endpoints());
      if (there.length === 0) return broken('There are no endpoints.');
      const open = there
        .filter(({ PolicyDocument }) => isOpen(PolicyDocument))
        .map(({ ServiceName, VpcEndpointId }) => ServiceName?.split('.').slice(3).join('.') ?? VpcEndpointId ?? '');
      return open.length === 0 ? sealed(`All ${there.length} limit what passes.`) : broken(`Open to any account: ${open.join(', ')}.`);
    }),
    check('network.security-groups', 'Security groups closed', async () => {
      const [ec2, { DescribeSecurityGroupsCommand }] = await load();
      const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [...securityGroupIds] }));
      if (SecurityGroups.length !== securityGroupIds.length) return broken('Some are missing.');
      const open = SecurityGroups.flatMap(openings);
      return open.length === 0
        ? sealed(`${SecurityGroups.length} groups, nothing in from or out to everywhere.`)
        : broken(`Open: ${open.join('; ')}.`);
    }),
  ];
}
