/**
 * The rules by which a client finds its endpoint, decided as far as the SDK's clients decide them always: no FIPS, no
 * dual stack, a Region, and for S3 buckets by name. An access point by its ARN is refused as before, as an invalid one.
 */
import { runInNewContext } from 'node:vm';

/** Parameters that are never true in this SDK's clients. */
const OFF = new Set([
  'UseFIPS',
  'UseDualStack',
  'Accelerate',
  'ForcePathStyle',
  'UseGlobalEndpoint',
  'UseObjectLambdaEndpoint',
  'UseS3ExpressControlEndpoint',
]);
/** Ends of names of buckets that are not S3's own: directory buckets, their access points, Outposts. */
const OTHER_BUCKETS = new Set(['--x-s3', '--xa-s3', '--op-s3']);

/** Targets from here on are results; 1 and -1 are "no result". */
const RESULT = 100_000_000;

/** What a condition always is; undefined where it depends on the request. */
function decided([fn, [first, second]]) {
  if (fn === 'isSet' && first.ref === 'Region') return true;
  if (fn === 'booleanEquals' && second === true && OFF.has((first.argv?.[0] ?? first).ref)) return false;
  if (fn === 'stringEquals' && OTHER_BUCKETS.has(second)) return false;
  if (fn === 'aws.parseArn' && first.ref === 'Bucket') return false;
  return undefined;
}

/** The module of a client's rules, with those that are left of them. */
export function withDecidedRules(source) {
  const [, made] = /^import .*;$([^]*)^export const bdd = BinaryDecisionDiagram\.from\(.*\);$/m.exec(source);
  const { nodes, root, _data } = runInNewContext(`${made}({ nodes, root, _data })`);
  const { conditions, results } = _data;
  // The first row stands for "no result", as in the module.
  const rows = [[-1, 1, -1]];
  const used = { conditions: [], results: [] };
  const numberOf = (list, value) => (list.includes(value) ? list.indexOf(value) : list.push(value) - 1);
  /** Whether something that is asked later, which is here already, reads what this condition finds. */
  const isRead = (name) => name !== undefined && JSON.stringify(used).includes(name);
  const known = new Map();
  // From the ends up. A negative target is its node with the answers the other way round.
  const reduce = (target) => {
    if (Math.abs(target) === 1) return 1;
    if (target >= RESULT) return RESULT + numberOf(used.results, results[target - RESULT]);
    if (known.has(target)) return known.get(target);
    const [condition, ...answers] = nodes.subarray(3 * (Math.abs(target) - 1), 3 * Math.abs(target));
    const [yes, no] = target > 0 ? answers : answers.toReversed();
    const asked = conditions[condition];
    const always = decided(asked);
    let reduced;
    if (always === undefined) {
      const branches = [reduce(yes), reduce(no)];
      if (branches[0] === branches[1] && !isRead(asked[2])) [reduced] = branches;
      else {
        const row = [numberOf(used.conditions, asked), ...branches];
        const same = rows.findIndex((one) => String(one) === String(row));
        reduced = same < 0 ? rows.push(row) : same + 1;
      }
    } else reduced = reduce(always ? yes : no);
    known.set(target, reduced);
    return reduced;
  };
  const top = reduce(root);
  return `import { BinaryDecisionDiagram } from '@smithy/core/endpoints';
    export const bdd = BinaryDecisionDiagram.from(
      new Int32Array(${JSON.stringify(rows.flat())}), ${String(top)}, ${JSON.stringify(used.conditions)}, ${JSON.stringify(used.results)});`;
}

/** The module of AWS's partitions without the Regions that a partition's expression finds anyway, which is nearly all. */
export function withoutKnownRegions(source) {
  const { partitions } = runInNewContext(`(${/export const partitionsInfo = ([^]*?\n\});?$/m.exec(source)[1]})`);
  for (const { regionRegex, regions } of partitions)
    for (const [name, { description, ...own }] of Object.entries(regions)) {
      if (new RegExp(regionRegex).test(name) && Object.keys(own).length === 0) delete regions[name];
      else regions[name] = own;
    }
  return `export const partitionsInfo = ${JSON.stringify({ partitions })};`;
}
