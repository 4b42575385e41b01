/**
 * Functions that write an older struct than the header's prototype says today: the header gives old names today's types. The size
 * before, and the header release that changed it, are in the history; null where it does not reach back so far.
 */
export const OLD_ABI: Readonly<Record<string, { readonly parameter: string; readonly today: string; readonly then: string; readonly size: number | null }>> = {
  nvmlDeviceGetAttributes: { parameter: 'attributes', today: 'nvmlDeviceAttributes_t', then: 'nvmlDeviceAttributes_before_455_t', size: 24 },
  nvmlComputeInstanceGetInfo: { parameter: 'info', today: 'nvmlComputeInstanceInfo_t', then: 'nvmlComputeInstanceInfo_before_460_t', size: 24 },
  nvmlEventSetWait: { parameter: 'data', today: 'nvmlEventData_t', then: 'nvmlEventData_before_450_t', size: null },
  nvmlVgpuInstanceGetLicenseInfo: { parameter: 'licenseInfo', today: 'nvmlVgpuLicenseInfo_t', then: 'nvmlVgpuLicenseInfo_before_510_t', size: 20 },
  nvmlDeviceGetGridLicensableFeatures: { parameter: 'pGridLicensableFeatures', today: 'nvmlGridLicensableFeatures_t', then: 'nvmlGridLicensableFeatures_v1_t', size: null },
  nvmlDeviceGetGridLicensableFeatures_v2: { parameter: 'pGridLicensableFeatures', today: 'nvmlGridLicensableFeatures_t', then: 'nvmlGridLicensableFeatures_v2_t', size: null },
  nvmlDeviceGetGridLicensableFeatures_v3: { parameter: 'pGridLicensableFeatures', today: 'nvmlGridLicensableFeatures_t', then: 'nvmlGridLicensableFeatures_before_470_t', size: 812 },
};

/** Structs of ours that no header has any more. */
export const OLD_STRUCTS: ReadonlySet<string> = new Set([
  ...Object.values(OLD_ABI).map(({ then }) => then),
  'nvmlGridLicensableFeature_v1_t', 'nvmlGridLicensableFeature_v2_t', 'nvmlGridLicensableFeature_before_470_t',
]);
