/**
 * Families of SageMaker instances whose disk is a local NVMe drive. SageMaker refuses `VolumeKmsKeyId` for them, because
 * the hardware encrypts these drives with a key of its own, so the project's key cannot protect what is on them.
 * Source: SageMaker API reference, ResourceConfig and ProductionVariant (VolumeKmsKeyId), "Instance Store Volumes" (EC2).
 */
const WITH_LOCAL_NVME: readonly RegExp[] = [
  /** Suffix `d` after the generation: m5d, c6id, r5dn, m7gd, trn1 excepted below. */
  /^[a-z]+\d+[a-z]*d[a-z]*$/,
  /^g(4dn|5|6|6e|7e?)$/,
  /^gr6$/,
  /^p(4d|4de|5|5e|5en|6.*)$/,
  /^(trn|inf2?)\d*n?$/,
  /^(i|im|is)\d/,
];
/** inf1 and inf2 have EBS disks only. */
const WITHOUT_LOCAL_NVME = new Set(['inf1', 'inf2']);

/** Whether SageMaker would refuse the volume key for this type, `ml.g5.xlarge` say. */
export function hasLocalNvme(instanceType: string): boolean {
  const family = instanceType.split('.')[1] ?? '';
  return !WITHOUT_LOCAL_NVME.has(family) && WITH_LOCAL_NVME.some((pattern) => pattern.test(family));
}
