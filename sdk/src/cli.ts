#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { SealabError } from './contract/index.ts';
import { environmentPlaces, loadEnvironment } from './environment/index.ts';
import type { Lab } from './lab-api.ts';
import { planView, postureView, preflightView } from './notebook/display.ts';
import { explainDenial, exportControls } from './secure/index.ts';

const program = new Command('sealab').description('What a notebook terminal needs to know about its Sealab project environment.');
const asJson = ['--json', 'as JSON, for scripts'] as const;
const where = ['-e, --environment <path>', 'an environment document by path'] as const;
const print = (text: string) => process.stdout.write(`${text}\n`);
// `sealab env | head -1`: who reads has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

program
  .command('env')
  .description('show the environment: project, network, keys, buckets, roles')
  .option(...where)
  .option(...asJson)
  .action(({ environment: path, json }: { environment?: string; json?: boolean }) => {
    const environment = loadEnvironment(path);
    if (json === true) {
      print(JSON.stringify(environment, null, 2));
      return;
    }
    const { network, keys, buckets, roles, mirror, instanceTypes, images, tags } = environment;
    const section = (title: string, values: Readonly<Record<string, unknown>>) => {
      const width = Math.max(...Object.keys(values).map((name) => name.length));
      print(
        `${title}\n${Object.entries(values)
          .map(([name, value]) => `  ${name.padEnd(width)}  ${Array.isArray(value) ? value.join(', ') : String(value)}`)
          .join('\n')}`,
      );
    };
    section('project', {
      name: environment.project,
      type: environment.environmentType,
      account: environment.account,
      region: environment.region,
      document: path ?? environmentPlaces().join(' or '),
    });
    section('network', {
      vpc: network.vpcId,
      subnets: network.subnets.map(({ id, availabilityZone }) => `${id} (${availabilityZone})`),
      'security groups': network.securityGroupIds,
      'connected jobs': network.connectedAllowed ? 'allowed' : 'not allowed',
    });
    for (const [title, values] of Object.entries({ keys, buckets, roles, mirror, 'instance types': instanceTypes, images, tags }))
      if (Object.keys(values).length > 0) section(title, values);
  });

program
  .command('preflight')
  .description('look at the environment as it is now; with a request: what of it would fail after the submission')
  .argument('[request]', 'a file with the options of lab.train as JSON; `kind` in it names another method')
  .option(...where)
  .option(...asJson)
  .action(async (request: string | undefined, { environment, json }: { environment?: string; json?: boolean }) => {
    await withLab(environment, async (lab) => {
      if (request !== undefined) {
        const found = await lab.preflight(requestIn(request));
        print(json === true ? JSON.stringify(found, null, 2) : preflightView(found)['text/plain']);
        if (!found.ok) process.exitCode = 1;
        return;
      }
      const posture = await lab.checks();
      print(json === true ? JSON.stringify(posture, null, 2) : postureView(posture)['text/plain']);
      for (const { title, remedy } of json === true ? [] : posture.checks) if (remedy !== undefined) print(`${title}: ${remedy}`);
      // 1 for what is broken alone: a role that may not look has not found anything wrong.
      if (posture.status === 'broken') process.exitCode = 1;
    });
  });

program
  .command('plan')
  .description('what a request would send, and where each value comes from; nothing is sent')
  .argument('<request>', 'a file with the options of lab.train as JSON; `kind` in it names another method')
  .option(...where)
  .option(...asJson)
  .action(async (request: string, { environment, json }: { environment?: string; json?: boolean }) => {
    await withLab(environment, async (lab) => {
      const plan = await lab.plan(requestIn(request));
      print(json === true ? JSON.stringify(plan, null, 2) : planView(plan)['text/plain']);
    });
  });

program
  .command('controls')
  .description('the contract as JSON, for readers in other languages')
  .action(() => {
    print(JSON.stringify(exportControls(), null, 2));
  });

program
  .command('explain')
  .description('why AWS refused: give the message of an AccessDenied error, or pipe it in')
  .argument('[message...]')
  .option(...where)
  .option('-o, --operation <name>', 'the operation that was refused: CreateTrainingJob')
  .option('-i, --input <path>', 'a file with the request as JSON')
  .option(...asJson)
  .action(
    (
      words: string[],
      { environment: path, operation, input, json }: { environment?: string; operation?: string; input?: string; json?: boolean },
    ) => {
      const message = words.length > 0 ? words.join(' ') : readFileSync(0, 'utf8');
      const request = input === undefined ? undefined : requestIn(input);
      const { control, ...why } = explainDenial({ name: 'AccessDenied', message }, operation, request, loadEnvironment(path));
      if (json === true) print(JSON.stringify({ ...why, control: control?.id }, null, 2));
      else print(`${why.text}\nWrite: ${why.line}`);
    },
  );

async function withLab(environment: string | undefined, use: (lab: Lab) => Promise<void>): Promise<void> {
  const { connect } = await import('./lab.ts');
  const lab = await connect(environment === undefined ? {} : { environment });
  try {
    await use(lab);
  } finally {
    lab.close();
  }
}

function requestIn(path: string): object {
  try {
    const request: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof request === 'object' && request !== null) return request;
  } catch (error) {
    throw new SealabError('InvalidInput', `${path}: this is not a request as JSON.`, { cause: error });
  }
  throw new SealabError('InvalidInput', `${path}: this is not a request as JSON.`);
}

try {
  await program.parseAsync();
} catch (error) {
  const { message, remedy } =
    error instanceof SealabError ? error : { message: error instanceof Error ? error.message : String(error), remedy: undefined };
  process.stderr.write(`sealab: ${message}${remedy === undefined ? '' : `\n${remedy}`}\n`);
  process.exitCode = 2;
}
