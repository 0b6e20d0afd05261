/**
 * The shapes of a service whose protocol is JSON, without what JSON does not need to be told.
 *
 * A client describes every structure of every request and answer. Serializing reads from it which values are no plain
 * JSON: times, bytes and tokens that are to be made. Structures that hold none of them anywhere below pass as they are.
 */
import { runInNewContext } from 'node:vm';

/** Kinds of shapes, as their first elements say. */
const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const UNION = 4;
const OPERATION = 9;
/** What a member may be and still be plain: text, a number, a truth value. Times and bytes have other numbers. */
const PLAIN = new Set([0, 1, 2]);
/** Bits of a number that make it a list or a map of the rest. */
const LIST_OF = 64;
const MAP_OF = 128;

/** Numbers that are measured, and so may be no numbers: JSON has no NaN, services write it as text. */
const MEASURED = new Set(['Value']);

/** `var X = [...]` of the generated module; the first group says whether it is exported. */
const SHAPE = /^(export )?var (\w+\$?) = (\[(?:(?!;\n)[^])*?\]);$/gm;

/** The shapes as values, by their names. */
function shapesOf(source) {
  const texts = [...source.matchAll(/^const \w+ = ".*";$/gm)].map(([line]) => line);
  const shapes = [...source.matchAll(SHAPE)].filter(([, , name]) => name !== 'errorTypeRegistries');
  const lines = shapes.map(([, , name, value]) => `var ${name} = ${value};`);
  return runInNewContext(`${[...texts, ...lines].join('\n')}({ ${shapes.map(([, , name]) => name).join(', ')} })`);
}

/** Whether JSON says everything about a value of this shape. Shapes that hold themselves are asked once. */
function isPlain(shape, asked) {
  if (typeof shape === 'function') return isPlain(shape(), asked);
  if (typeof shape === 'number') return PLAIN.has(shape % LIST_OF);
  if (!Array.isArray(shape)) return false;
  // A member with traits.
  if (shape.length === 2) return shape[1] === 0 && isPlain(shape[0], asked);
  if (asked.has(shape)) return true;
  asked.add(shape);
  const [kind, , , traits] = shape;
  if (traits !== 0) return false;
  if (kind === STRUCTURE || kind === UNION) return shape[5].every((member, index) => isPlainMember(shape[4][index], member, asked));
  if (kind === LIST) return isPlain(shape[4], asked);
  if (kind === MAP) return isPlain(shape[5], asked);
  return false;
}

const isPlainMember = (name, member, asked) => !(member === 1 && MEASURED.has(name)) && isPlain(member, asked);

/**
 * The module with references to plain shapes made references to "an object" or "a list", so that nothing refers to
 * the shape itself.
 */
export function withoutPlainShapes(source) {
  const shapes = shapesOf(source);
  const general = new Map();
  for (const [name, shape] of Object.entries(shapes))
    if ([STRUCTURE, UNION, LIST, MAP].includes(shape[0]) && isPlain(shape, new Set()))
      general.set(name, shape[0] === LIST ? LIST_OF : MAP_OF);
  return source.replace(SHAPE, (whole, exported, name) => {
    const kind = shapes[name]?.[0];
    if (kind === undefined) return whole;
    const referring = whole.replace(/\(\) => (\w+\$?)/g, (reference, referred) => String(general.get(referred) ?? reference));
    if (kind === STRUCTURE) return withoutPlainMembers(referring, shapes[name]);
    return referring;
  });
}

/**
 * A structure by those of its members that are not plain. The name of an operation is said in a header, that of a structure nowhere:
 * one without a name is open, its other members pass as they are.
 */
function withoutPlainMembers(text, [, , , , names, members]) {
  const [head, , , traits, listed, shapes] = elements(text.slice(text.indexOf('= [') + 3, text.lastIndexOf(']')));
  const inside = (list) => elements(list.slice(1, -1));
  const kept = names.map((name, index) => !isPlainMember(name, members[index], new Set()));
  const left = (list) =>
    `[${inside(list)
      .filter((_, index) => kept[index])
      .join(', ')}]`;
  return `${text.slice(0, text.indexOf('= ['))}= [${head}, n0, "", ${traits}, ${left(listed)}, ${left(shapes)}];`;
}

/** What stands between the commas of a list. */
function elements(text) {
  const found = [''];
  let depth = 0;
  for (const character of text) {
    if ('[{('.includes(character)) depth += 1;
    if (']})'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) found.push('');
    else found[found.length - 1] += character;
  }
  return found.map((one) => one.trim()).filter((one) => one !== '');
}

const OPEN = [
  [/const hasType = typeof (\w+)\.__type === "string";/, 'const hasType = typeof $1.__type === "string" || ns.getSchema()[2] === "";'],
  // Written.
  ['if (writtenKeys.has(k)) {', 'if (writtenKeys.has(k) || value[k] == null) {'],
  // Read.
  ['if (!(t in out)) {', 'if (!(t in out) && v != null) {'],
];

/** A member that is null is not there: shapes say so, and what passes without one has to be told. */
const WITHOUT_NULLS = `
function withoutNulls(value) {
  if (Array.isArray(value)) value.forEach(withoutNulls);
  else if (typeof value === "object" && value !== null)
    for (const name in value) if (value[name] === null) delete value[name]; else withoutNulls(value[name]);
  return value;
}`;
const READ = 'return this._read(schema, parsed);';

/** How JSON is written or read, with open structures. */
export function withOpenStructures(source) {
  const made = OPEN.filter((change) => source.replace(...change) !== source);
  if (source.includes('class JsonShapeDeserializer')) {
    if (!source.includes(READ)) throw new Error('Reading JSON is not what it was: look at what becomes of null.');
    source = source.replace(READ, 'return this._read(schema, withoutNulls(parsed));') + WITHOUT_NULLS;
  }
  if (made.length !== 2) throw new Error('Writing or reading JSON is not what it was: look at how it goes through structures.');
  return made.reduce((text, change) => text.replace(...change), source);
}

/**
 * The module of a service that speaks the EC2 query protocol, without the names in requests that follow from those in XML: they are the
 * same but for a capital, which the protocol puts there itself.
 */
export function withoutEqualNames(source) {
  const texts = new Map([...source.matchAll(/^const (\w+) = "(.*)";$/gm)].map(([, name, text]) => [name, text]));
  const said = (name) => (name.startsWith('`') ? name.slice(1, -1) : texts.get(name));
  return source.replace(/\{ \[_eQN\]: (`[^`]*`|\w+),\s*(\[_xN\]: (`[^`]*`|\w+)) \}/g, (whole, query, kept, xml) =>
    said(query) === said(xml)[0].toUpperCase() + said(xml).slice(1) ? `{ ${kept} }` : whole,
  );
}
