/** Ends the command, in a sentence, on a Node.js that is too old. Written so that every Node.js that knows modules can read it. */
const parts = process.versions.node.split('.').map(Number);
if (parts[0] < 20 || (parts[0] === 20 && parts[1] < 19)) {
  console.error(`Node.js 20.19 or newer is needed, this is ${process.versions.node}: install a newer one, for example from nodejs.org.`);
  process.exit(1);
}
