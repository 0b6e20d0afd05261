import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateTrainingJobCommand, type CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { refusal } from '../gateway/running-gateway.ts';
import { BUCKET, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

const GROUP = '/aws/sagemaker/TrainingJobs';
let lab: RunningSageMaker;
beforeAll(async () => {
  lab = await startRunningSageMaker();
}, 300_000);
afterAll(() => lab.stop(), 60_000);

const on = (InstanceCount: number): Partial<CreateTrainingJobRequest> => ({
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount, VolumeSizeInGB: 1, VolumeKmsKeyId: lab.keyArn },
});
const model = async (name: string) => {
  const { Body } = await lab.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `out/${name}/output/model.tar.gz` }));
  return gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString('latin1');
};

/** algo-1 tells whoever asks, the others ask. */
const TALK = `
import json, os, socket, time
config = json.load(open("/opt/ml/input/config/resourceconfig.json"))
host = config["current_host"]
print("I am", host, "of", ",".join(config["hosts"]), socket.gethostname(), flush=True)
rows = sorted(os.listdir("/opt/ml/input/data/training"))
if host == "algo-1":
    server = socket.create_server((host, 7000))
    for _ in config["hosts"][1:]:
        client, _ = server.accept()
        client.sendall(b"the secret of algo-1")
        client.close()
else:
    for attempt in range(100):
        try:
            client = socket.create_connection(("algo-1", 7000), timeout=5)
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    open("/opt/ml/model/" + host + ".txt", "wb").write(client.recv(100))
def attempt(address):
    try: return bool(socket.create_connection(address, timeout=2))
    except OSError as error: return type(error).__name__
print("out:", attempt(("192.0.2.1", 443)), flush=True)
os.makedirs("/opt/ml/model/parts", exist_ok=True)
open("/opt/ml/model/parts/" + host, "w").write(" ".join(rows))
`;

describe('a job of several instances', () => {
  it.each([true, false])(
    'is one job: hosts reach each other by name, each has its own part of the data, one model comes of it (isolated: %s)',
    async (isolated) => {
      const name = `talk-${String(isolated)}`;
      const request = await lab.request(name, TALK, { ...on(3), EnableNetworkIsolation: isolated });
      await Promise.all(['a', 'b', 'c', 'd'].map((part) => lab.put(`sharded/${part}.csv`, part)));
      for (const { ChannelName, DataSource } of request.InputDataConfig ?? []) {
        if (ChannelName === 'training' && DataSource?.S3DataSource !== undefined)
          Object.assign(DataSource.S3DataSource, { S3Uri: `s3://${BUCKET}/sharded/`, S3DataDistributionType: 'ShardedByS3Key' });
      }
      await lab.sageMaker.send(new CreateTrainingJobCommand(request));
      const job = await lab.ended(name);
      expect(job.FailureReason).toBeUndefined();
      expect(job.TrainingJobStatus).toBe('Completed');
      const made = await model(name);
      for (const host of ['algo-2', 'algo-3']) expect(made).toMatch(new RegExp(`${host}\\.txt[^]*the secret of algo-1`));
      expect(made).toMatch(/parts\/algo-1[^]*a\.csv d\.csv/);
      expect(made).toMatch(/parts\/algo-2[^]*b\.csv/);
      expect(made).toMatch(/parts\/algo-3[^]*c\.csv/);
      for (const host of ['algo-1', 'algo-2', 'algo-3']) {
        const lines = await lab.log(GROUP, `${name}/${host}-`);
        expect(lines).toContain(`I am ${host} of algo-1,algo-2,algo-3 ${host}`);
        expect(lines).toContain('out: OSError');
      }
    },
    120_000,
  );

  it('fails as a whole when one instance fails', async () => {
    await lab.sageMaker.send(
      new CreateTrainingJobCommand(
        await lab.request(
          'half',
          `
import json, time
host = json.load(open("/opt/ml/input/config/resourceconfig.json"))["current_host"]
if host == "algo-2": raise ValueError("algo-2 has no memory of this")
time.sleep(600)
`,
          on(2),
        ),
      ),
    );
    const job = await lab.ended('half');
    expect(job.TrainingJobStatus).toBe('Failed');
    expect(job.FailureReason).toMatch(/^AlgorithmError: [^]*algo-2 has no memory of this[^]*, exit code: 1$/);
  }, 60_000);

  it('reaches S3 as its role from each instance', async () => {
    await lab.sageMaker.send(
      new CreateTrainingJobCommand(
        await lab.request(
          'both',
          `
import boto3
print("own:", boto3.client("s3").list_objects_v2(Bucket="${BUCKET}", Prefix="data/both/")["KeyCount"])
`,
          { ...on(2), EnableNetworkIsolation: false },
        ),
      ),
    );
    expect((await lab.ended('both')).FailureReason).toBeUndefined();
    for (const host of ['algo-1', 'algo-2']) expect(await lab.log(GROUP, `both/${host}-`)).toContain('own: 1');
  }, 60_000);

  it('has as many instances as this machine can stand', async () => {
    const request = await lab.request('many', '', on(9));
    expect(await refusal(lab.sageMaker.send(new CreateTrainingJobCommand(request)))).toMatchObject({
      name: 'OperationNotEmulated',
      message: expect.stringMatching(/8 instances at most, 9 were asked for/),
    });
  });

  it('leaves nothing on the disk', async () => {
    for (const folder of ['sandboxes', 'containers']) {
      for (let round = 0; round < 50 && readdirSync(join(lab.localHome, folder)).length > 0; round++) await sleep(100);
      expect(readdirSync(join(lab.localHome, folder))).toEqual([]);
    }
  });
});
