import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fn } from 'aws-cdk-lib';
import { CfnNotebookInstanceLifecycleConfig } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';

/** Characters of base64 that SageMaker takes for one script. */
const MOST_CHARACTERS = 16_384;
/** Room for the header: its values are names and ARNs that are known at deployment only. */
const HEADER_BYTES = 1_024;

export interface LifecycleConfigurationProps {
  readonly name: string;
  /** Folder of `on-create.sh` and `on-start.sh`. */
  readonly scripts: string;
  /** What the scripts find in their environment; values may be tokens. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Runs the lifecycle scripts as they are in the repository, below a header of exported variables. */
export class LifecycleConfiguration extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { name, scripts, variables }: LifecycleConfigurationProps) {
    super(scope, id);
    const header = Object.entries(variables).map(([variable, value]) => `export ${variable}='${value}'`);
    const render = (file: string) => [{ content: Fn.base64(withHeader(join(scripts, file), header)) }];
    new CfnNotebookInstanceLifecycleConfig(this, 'Configuration', {
      notebookInstanceLifecycleConfigName: name,
      onCreate: render('on-create.sh'),
      onStart: render('on-start.sh'),
    });
    this.name = name;
  }
}

/** The header goes below the `#!` line, which has to stay the first one. */
function withHeader(file: string, header: readonly string[]): string {
  const script = readFileSync(file, 'utf8');
  const [shebang = '', ...body] = script.split('\n');
  if (!shebang.startsWith('#!')) throw new Error(`${file}: the first line has to say which shell runs the script (#!/bin/bash).`);
  const characters = Math.ceil((Buffer.byteLength(script) + HEADER_BYTES) / 3) * 4;
  if (characters > MOST_CHARACTERS)
    throw new Error(
      `${file}: ${characters} characters of base64 with its header; SageMaker takes ${MOST_CHARACTERS}. Move code to lifecycle-scripts/lib.`,
    );
  return [shebang, ...header, ...body].join('\n');
}
