import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PATHS } from '../../local/paths.ts';
import { ensurePythonEnvironment, environmentPython } from '../../local/toolchain/python.ts';
import { environment } from '../sdk/environment-fixture.ts';
import { Installation, repository } from './installation.ts';

let installation: Installation;
beforeEach(() => {
  installation = new Installation();
});
afterEach(() => installation.remove());

const python = environmentPython(PATHS.servicesPython);
const AWS = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's', AWS_DEFAULT_REGION: 'eu-west-1', AWS_MAX_ATTEMPTS: '1' };

function run(code: string, more: Readonly<Record<string, string>> = {}, options: readonly string[] = []): { out: string; err: string } {
  const { stdout, stderr } = spawnSync(python, [...options, '-c', code], {
    encoding: 'utf8',
    env: installation.variables({ ...AWS, ...more }),
  });
  return { out: stdout.trim(), err: stderr.trim() };
}

/** What each call is refused with; `EndpointConnectionError` when it would have been sent. */
const outcomes = (...calls: string[]): string[] =>
  run(`
import boto3
def client(service): return boto3.client(service, endpoint_url="http://127.0.0.1:9")
for call in ${JSON.stringify(calls)}:
    try: eval(call)
    except Exception as error: print(getattr(error, "code", type(error).__name__))
`).out.split('\n');

const STOP = 'client("sagemaker").stop_training_job(TrainingJobName="a")';
const CREATE = 'client("sagemaker").create_endpoint(EndpointName="a", EndpointConfigName="b")';

describe('a Python that starts', () => {
  it(
    'has the environment of the toolchain',
    async () => expect(await ensurePythonEnvironment(PATHS.servicesPython, join(repository, 'local/moto/requirements.txt'))).toBe(python),
    600_000,
  );

  it('loads nothing but the finder', () => {
    const { out } = run(
      'import sys; print(sorted(name for name in sys.modules if "sealab" in name or name.startswith("boto") or name == "json"))',
    );
    expect(out).toBe("['sealab_defaults', 'sealab_defaults.startup']");
  });

  it('starts less than 2 ms later', () => {
    // In one process, so that the machine's other work shows in both the same.
    const code = `
import sys, time, importlib
def once():
    for name in [name for name in sys.modules if name.startswith("sealab") or name == "sitecustomize"]: del sys.modules[name]
    sys.meta_path[:] = [finder for finder in sys.meta_path if not getattr(finder, "__module__", "").startswith("sealab")]
    importlib.invalidate_caches()
    started = time.perf_counter()
    import sitecustomize
    return time.perf_counter() - started
print(sorted(once() for _ in range(21))[10] * 1000)`;
    expect(Number(run(code).out)).toBeLessThan(2);
  });

  it('runs the sitecustomize that ours hides', () => {
    const other = join(installation.folder, 'other');
    mkdirSync(other);
    installation.write('other/sitecustomize.py', 'import sys; sys.hidden = __name__');
    const { out } = run('import sys; print(sys.hidden)', { PYTHONPATH: `${installation.python}:${other}` });
    expect(out).toBe('sitecustomize');
  });

  it('is prepared by a .pth file of its environment as well, whatever its variables', () => {
    installation.write('sealab.pth', `${installation.python}\nimport sealab_defaults.startup\n`);
    const code = `import site; site.addsitedir(${JSON.stringify(installation.folder)}); import botocore.handlers as h; print(h.BUILTIN_HANDLERS[-1][0])`;
    expect(run(code, {}, ['-E']).out).toBe('before-parameter-build.s3');
  });

  it('registers once, also where botocore was there first', () => {
    const code = (first: string) => `${first}
import sys; sys.path.insert(0, ${JSON.stringify(installation.python)})
import sealab_defaults.startup, sitecustomize, botocore.handlers as h
print(sum(str(spec[1].__module__).startswith("sealab") for spec in h.BUILTIN_HANDLERS))`;
    for (const first of ['', 'import botocore.handlers']) {
      expect(run(code(first)).out).toBe('2');
      expect(run(code(first), { PYTHONPATH: '' }).out).toBe('2');
    }
  });

  it('leaves botocore’s module as it would be', () => {
    const code =
      'import inspect, botocore.handlers as h; print("BUILTIN_HANDLERS = [" in inspect.getsource(h), h.__spec__.name, h.__file__.endswith("handlers.py"))';
    expect(run(code).out).toBe('True botocore.handlers True');
  });
});

describe('without a usable environment document', () => {
  it('SageMaker is refused what needs it, in clear words, and everything else goes on', () => {
    expect(outcomes(CREATE)).toEqual(['EndpointConnectionError']);
    rmSync(installation.document);
    const needing = [CREATE, 'client("s3").put_object(Bucket="credit-risk-data", Key="k")'];
    const others = [
      STOP,
      'client("sagemaker").describe_training_job(TrainingJobName="a")',
      'client("s3").get_object(Bucket="a-bucket", Key="k")',
      'client("sts").get_caller_identity()',
      'client("sqs").list_queues()',
    ];
    expect(outcomes(...needing, ...others)).toEqual([
      ...needing.map(() => 'EnvironmentNotFound'),
      ...others.map(() => 'EndpointConnectionError'),
    ]);
  });

  it.each([
    ['half a document', '{"half":', 'EnvironmentInvalid'],
    ['another generation', JSON.stringify({ ...environment, schemaVersion: '9.9' }), 'EnvironmentVersionUnknown'],
    ['a document without keys', JSON.stringify({ ...environment, keys: undefined }), 'EnvironmentInvalid'],
  ])('says which it is: %s', (_, document, code) => {
    installation.describe(document);
    expect(outcomes(CREATE)).toEqual([code]);
  });

  it('says that the release is broken when the contract cannot be read', () => {
    installation.write('python/sealab_defaults/controls.json', '{');
    expect(outcomes(CREATE, 'client("sts").get_caller_identity()')).toEqual(['Internal', 'EndpointConnectionError']);
  });

  it('takes up a document that has changed, in a process that runs', () => {
    const code = `
import json, os, boto3
from sealab_defaults import environment
before = environment.current()
path = os.environ["SEALAB_ENVIRONMENT"]
document = json.load(open(path)); document["tags"]["new"] = "tag"
json.dump(document, open(path + ".next", "w")); os.replace(path + ".next", path)
print(environment.current() is before, environment.current()["tags"]["new"], environment.current() is environment.current())`;
    expect(run(code).out).toBe('False tag True');
  });
});

describe('the error', () => {
  it('names field, values, origin, reason and remedy, and survives a trip between processes', () => {
    const code = `
import boto3, json, pickle
from sealab_defaults import SealabError
try: boto3.client("sagemaker").create_endpoint_config(EndpointConfigName="a", ProductionVariants=[], KmsKeyId="mine")
except SealabError as error:
    copy = pickle.loads(pickle.dumps(error))
    print(json.dumps([copy.code, copy.details, copy.because, copy.remedy, str(copy)]))`;
    const [name, details, because, remedy, text] = JSON.parse(run(code).out) as [string, Record<string, unknown>, string, string, string];
    expect(name).toBe('SecureFieldConflict');
    expect(details).toEqual({
      field: 'KmsKeyId',
      given: 'mine',
      required: environment.keys.volume,
      source: 'keys.volume of the environment',
      control: 'CreateEndpointConfig.VolumeKey',
    });
    for (const part of ['KmsKeyId', 'mine', environment.keys.volume, 'keys.volume of the environment', because, remedy])
      expect(text).toContain(part);
  });
});
