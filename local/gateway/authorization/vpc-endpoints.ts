import { XMLParser } from 'fast-xml-parser';
import type { MotoClient } from '../moto/client.ts';

export interface VpcEndpoint {
  readonly id: string;
  readonly vpcId: string;
  /** Last part of the service name: `s3`, `sagemaker.api`. */
  readonly service: string;
  /** Undefined: full access, as AWS's default policy gives it. */
  readonly policy: string | undefined;
}

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false });
type Item = Readonly<Record<string, unknown>>;

/** VPC endpoints as deployed, kept until a request through the gateway changes them. */
export class VpcEndpointView {
  readonly #moto: MotoClient;
  readonly #region: string;
  #endpoints: Promise<readonly VpcEndpoint[]> | undefined;

  constructor(moto: MotoClient, region: string) {
    this.#moto = moto;
    this.#region = region;
  }

  invalidate(): void {
    this.#endpoints = undefined;
  }

  /** The endpoint through which a service is reached from a VPC; undefined: not at all. */
  async find(vpcId: string, service: string): Promise<VpcEndpoint | undefined> {
    if (this.#endpoints === undefined) {
      this.#endpoints = this.#read();
      this.#endpoints.catch(() => {
        this.#endpoints = undefined;
      });
    }
    return (await this.#endpoints).find((endpoint) => endpoint.vpcId === vpcId && endpoint.service === service);
  }

  async #read(): Promise<readonly VpcEndpoint[]> {
    const { status, text } = await this.#moto.text({
      service: 'ec2',
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=DescribeVpcEndpoints&Version=2016-11-15',
    });
    if (status !== 200) throw new Error(`The VPC endpoints could not be read: status ${String(status)}.`);
    const answer = parser.parse(text) as { DescribeVpcEndpointsResponse?: { vpcEndpointSet?: { item?: Item | Item[] } | '' } };
    const items = (answer.DescribeVpcEndpointsResponse?.vpcEndpointSet || {}).item ?? [];
    return [items]
      .flat()
      .filter((item) => !['deleted', 'deleting', 'failed', 'rejected'].includes(String(item['state'])))
      .map((item) => {
        const policy = item['policyDocument'];
        return {
          id: String(item['vpcEndpointId']),
          vpcId: String(item['vpcId']),
          service: String(item['serviceName']).split(`.${this.#region}.`).at(-1) ?? '',
          policy: typeof policy === 'string' && policy.trim() !== '' ? policy : undefined,
        };
      });
  }
}
