/** `count` consecutive blocks with `bits` host bits each out of an IPv4 block: `Fn::Cidr`. */
export function cidrBlocks(block: string, count: number, bits: number): string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  if (match === null) throw new RangeError(`Fn::Cidr needs an IPv4 block, found ${block}`);
  const [a, b, c, d, length] = match.slice(1).map(Number) as [number, number, number, number, number];
  if (!Number.isInteger(bits) || bits < 1 || 32 - bits < length)
    throw new RangeError(`Fn::Cidr cannot cut /${32 - bits} blocks out of ${block}`);
  const size = 2 ** bits;
  if (!Number.isInteger(count) || count < 1 || count > 256 || count * size > 2 ** (32 - length))
    throw new RangeError(`Fn::Cidr cannot cut ${count} blocks with ${bits} bits out of ${block}`);
  const start = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = start - (start % 2 ** (32 - length));
  return Array.from({ length: count }, (_, index) => {
    const address = first + index * size;
    return `${[24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')}/${32 - bits}`;
  });
}
