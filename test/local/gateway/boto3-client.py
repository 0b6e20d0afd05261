"""What boto3 does by default (checksums in trailers, CBOR, presigned URLs), against the endpoint in the environment."""

import io
import json
import os
import ssl
import urllib.request
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
s3.put_object(Bucket="bucket", Key="python/a b~c", Body=b"hello")
s3.upload_fileobj(io.BytesIO(b"x" * 20_000_000), "bucket", "python/large")
url = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "python/a b~c"}, ExpiresIn=60)
context = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])

metrics = boto3.client("cloudwatch")
now = datetime.now(timezone.utc)
metrics.put_metric_data(Namespace="test", MetricData=[{"MetricName": "m", "Value": 2.5, "Timestamp": now}])
points = metrics.get_metric_statistics(
    Namespace="test", MetricName="m", StartTime=now - timedelta(hours=1), EndTime=now + timedelta(hours=1), Period=3600, Statistics=["Sum"]
)["Datapoints"]

try:
    boto3.client("servicecatalog").search_products()
    catalog = "answered"
except ClientError as error:
    catalog = error.response["Error"]["Code"]

print(
    json.dumps(
        {
            "small": s3.get_object(Bucket="bucket", Key="python/a b~c")["Body"].read().decode(),
            "large": s3.head_object(Bucket="bucket", Key="python/large")["ContentLength"],
            "presigned": urllib.request.urlopen(url, context=context).read().decode(),
            "metric": points[0]["Sum"],
            "catalog": catalog,
        }
    )
)
