/** The numbers of Fabric Manager's interface. Held to the measured ones by test/abi. */

/** Bytes that a text has room for, its NUL included. */
export const fmBufferSizes = {
  FM_MAX_STR_LENGTH: 256,
  FM_UUID_BUFFER_SIZE: 80,
  FM_DEVICE_PCI_BUS_ID_BUFFER_SIZE: 32,
  FM_TRANSACTION_ID_BUFFER_SIZE: 40,
} as const;

/** Elements of the arrays in its structs. The library believes the counts beside them: check them before use. */
export const fmLimits = {
  FM_MAX_NUM_GPUS: 16,
  FM_MAX_NUM_NVSWITCHES: 12,
  FM_MAX_FABRIC_PARTITIONS: 64,
  FM_MAX_NUM_NVLINK_PORTS: 64,
} as const;

/** The port that the daemon listens on unless its configuration says otherwise. */
export const FM_CMD_PORT_NUMBER = 6666;
