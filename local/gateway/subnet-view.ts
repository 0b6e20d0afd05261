import type { MotoClient } from './moto/client.ts';

type Item = Readonly<Record<string, unknown>>;

/** The VPC of each subnet as deployed, kept until a request through the gateway changes subnets. */
export class SubnetView {
  readonly #moto: MotoClient;
  #vpcs: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(moto: MotoClient) {
    this.#moto = moto;
  }

  invalidate(): void {
    this.#vpcs = undefined;
  }

  /** Undefined when there is no such subnet. */
  async vpcOf(subnetId: string): Promise<string | undefined> {
    if (this.#vpcs === undefined) {
      const reading = this.#read();
      this.#vpcs = reading;
      // A failed reading is not kept.
      reading.catch(() => {
        if (this.#vpcs === reading) this.#vpcs = undefined;
      });
    }
    return (await this.#vpcs).get(subnetId);
  }

  async #read(): Promise<ReadonlyMap<string, string>> {
    const answer = (await this.#moto.query('ec2', '2016-11-15', 'DescribeSubnets')) as
      { readonly DescribeSubnetsResponse?: { readonly subnetSet?: { readonly item?: Item | Item[] } | string } } | undefined;
    if (answer === undefined) throw new Error('The subnets could not be read.');
    const set = answer.DescribeSubnetsResponse?.subnetSet;
    const items = [typeof set === 'object' ? (set.item ?? []) : []].flat();
    return new Map(items.map((item) => [String(item['subnetId']), String(item['vpcId'])]));
  }
}
