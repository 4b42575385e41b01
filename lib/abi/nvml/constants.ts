/** NVML's loose constants as far as they matter here. Numbers: header 13.3.29, held to the measured ones by test/abi. */

/** Bytes that a string output needs, its NUL included. */
export const bufferSizes = {
  NVML_DEVICE_PCI_BUS_ID_BUFFER_SIZE: 32,
  NVML_DEVICE_PCI_BUS_ID_BUFFER_V2_SIZE: 16,
  NVML_DEVICE_UUID_BUFFER_SIZE: 80,
  NVML_DEVICE_UUID_V2_BUFFER_SIZE: 96,
  NVML_DEVICE_PART_NUMBER_BUFFER_SIZE: 80,
  NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE: 80,
  NVML_SYSTEM_NVML_VERSION_BUFFER_SIZE: 80,
  NVML_DEVICE_NAME_BUFFER_SIZE: 64,
  NVML_DEVICE_NAME_V2_BUFFER_SIZE: 96,
  NVML_DEVICE_SERIAL_BUFFER_SIZE: 30,
  NVML_DEVICE_INFOROM_VERSION_BUFFER_SIZE: 16,
  NVML_DEVICE_VBIOS_VERSION_BUFFER_SIZE: 32,
  NVML_GSP_FIRMWARE_VERSION_BUF_SIZE: 64,
  NVML_GRID_LICENSE_BUFFER_SIZE: 128,
} as const;

/** For nvmlInitWithFlags. */
export const initFlags = {
  /** Do not fail if no GPU is found. */
  NVML_INIT_FLAG_NO_GPUS: 1,
  /** Do not attach GPUs. */
  NVML_INIT_FLAG_NO_ATTACH: 2,
  NVML_INIT_FLAG_FORCE_INIT: 4,
} as const;

/** NVML_VALUE_NOT_AVAILABLE (-1) as it stands in an unsigned 64-bit field. */
export const VALUE_NOT_AVAILABLE_U64 = 0xffff_ffff_ffff_ffffn;

/** The same in an unsigned 32-bit field; also the instance ids of a process outside MIG. */
export const VALUE_NOT_AVAILABLE_U32 = 0xffff_ffff;
