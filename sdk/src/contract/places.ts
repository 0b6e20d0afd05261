/**
 * Prefix in the model bucket below which the steps of pipelines write. The pipeline's own role reads property files there and
 * nothing else.
 */
export const PIPELINE_OUTPUTS = 'pipelines';

/**
 * Prefix in the artifacts bucket below which jobs find their packed code. Who works in the project writes there and nowhere else in that
 * bucket: releases and the environment document are the administrator's.
 */
export const PACKED_CODE = 'code';

/** Prefix in the model bucket below which a deployment lays archives with the inference code in them. */
export const HOSTED_ARCHIVES = 'hosted';

/** Prefix in the model bucket below which the models of a multi-model endpoint are laid together. */
export const MULTI_MODELS = 'multi-model';
