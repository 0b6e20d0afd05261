/**
 * Prefix in the model bucket below which the steps of pipelines write. The pipeline's own role reads property files there and
 * nothing else.
 */
export const PIPELINE_OUTPUTS = 'pipelines';
