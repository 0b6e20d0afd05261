import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeNotebookInstanceCommand, ListTagsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdministrator, connection, description, PERSON } from './running/environment.ts';
import { Notebook } from './running/notebook.ts';

let notebook: Notebook;
beforeAll(async () => {
  notebook = await Notebook.open('python');
  await notebook.run('import json, os, socket, stat, subprocess, sys');
});
afterAll(() => notebook.close());

describe('the notebook that Service Catalog launched', () => {
  it('is what the product says, and belongs to the person who launched it', async () => {
    const sageMaker = new SageMakerClient(asAdministrator());
    const described = await sageMaker.send(new DescribeNotebookInstanceCommand({ NotebookInstanceName: connection().notebook }));
    const { network, keys, roles, notebookLifecycleConfiguration } = description();
    expect(described).toMatchObject({
      NotebookInstanceStatus: 'InService',
      DirectInternetAccess: 'Disabled',
      RootAccess: 'Disabled',
      KmsKeyId: keys.volume,
      RoleArn: roles.notebookExecution,
      NotebookInstanceLifecycleConfigName: notebookLifecycleConfiguration,
      SecurityGroups: network.securityGroupIds,
      InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '2' },
    });
    expect(network.subnets.map(({ id }) => id)).toContain(described.SubnetId);
    const { Tags = [] } = await sageMaker.send(new ListTagsCommand({ ResourceArn: described.NotebookInstanceArn }));
    expect(Tags).toContainEqual({ Key: 'sealab:owner', Value: PERSON });
  });

  it('wrote what its lifecycle scripts did to CloudWatch Logs', async () => {
    const logs = new CloudWatchLogsClient(asAdministrator());
    for (const hook of ['LifecycleConfigOnCreate', 'LifecycleConfigOnStart']) {
      const { events = [] } = await logs.send(
        new GetLogEventsCommand({
          logGroupName: '/aws/sagemaker/NotebookInstances',
          logStreamName: `${connection().notebook}/${hook}`,
          startFromHead: true,
        }),
      );
      expect(events.map(({ message }) => message).join('\n')).toContain(
        hook === 'LifecycleConfigOnCreate' ? 'sealab on-create' : 'sealab on-start done',
      );
    }
  });

  it('has the environment document, which its user cannot change', async () => {
    const [mode, changes, document] = await notebook.json<[string, string[], unknown]>(`
at = "/etc/sealab/environment.json"
def attempt(call):
    try:
        call()
        return "done"
    except OSError as problem:
        return problem.strerror
print(json.dumps([oct(stat.S_IMODE(os.stat(at).st_mode)), [attempt(lambda: os.chmod(at, 0o666)), attempt(lambda: os.remove(at)), attempt(lambda: open("/etc/sealab/other.json", "w"))], json.load(open(at))]))`);
    expect(mode).toBe('0o444');
    expect(changes).not.toContain('done');
    expect(document).toEqual(description());
  });

  it('gives Python the project’s constants', async () => {
    const { project, buckets } = description();
    const text = await notebook.run(
      'import sealab_environment\nprint(sealab_environment.__doc__)\nprint({name: getattr(sealab_environment, name) for name in dir(sealab_environment) if name.isupper()})',
    );
    expect(text).toContain(project);
    expect(text).toContain(buckets.data);
  });

  it('has no way to the internet and no keys lying about', async () => {
    const found = await notebook.json<{ error: string; secrets: string[]; user: number }>(`
try:
    socket.create_connection(("192.0.2.1", 443), timeout=5)
    error = "connected"
except OSError as problem:
    error = type(problem).__name__
print(json.dumps({"error": error, "secrets": [name for name in os.environ if name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")], "user": os.getuid()}))`);
    expect(found.error).not.toBe('connected');
    expect(found.secrets).toEqual([]);
    expect(found.user).not.toBe(0);
  });

  it('installs approved packages from the mirror, and says how to ask for others', async () => {
    const approved = await notebook.run(
      'done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", "/tmp/approved", "tabulate"], capture_output=True, text=True)\nprint(done.returncode, done.stderr)\nprint(os.listdir("/tmp/approved"))',
      120,
    );
    expect(approved).toMatch(/^0 /);
    expect(approved).toContain('tabulate');
    const refused = await notebook.run(
      'done = subprocess.run([sys.executable, "-m", "pip", "install", "--target", "/tmp/refused", "flask"], capture_output=True, text=True)\nprint(done.returncode, done.stdout, done.stderr)',
      120,
    );
    expect(refused).toMatch(/^1 /);
    expect(refused).toMatch(/approved/);
  }, 250_000);

  it('has the command sealab', async () => {
    const text = await notebook.run(
      'done = subprocess.run(["sealab", "env"], capture_output=True, text=True)\nprint(done.returncode, done.stdout, done.stderr)',
    );
    expect(text).toMatch(/^0 /);
    expect(text).toContain(description().project);
  });
});
