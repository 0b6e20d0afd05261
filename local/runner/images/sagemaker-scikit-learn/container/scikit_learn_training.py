"""The training module of the image: runs the user's script over sagemaker-training, as SageMaker's scikit-learn image does."""

from sagemaker_training import entry_point, environment, runner


def main():
    training = environment.Environment()
    entry_point.run(
        uri=training.module_dir,
        user_entry_point=training.user_entry_point,
        args=training.to_cmd_args(),
        env_vars=training.to_env_vars(),
        runner_type=runner.ProcessRunnerType,
        # The script's own error becomes the job's FailureReason.
        capture_error=True,
    )
