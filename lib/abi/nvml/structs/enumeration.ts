/** NVML's structs: enumeration. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { bytes, struct, text, u32, union, version } from '../../layout.ts';

export const uuidValue = union('nvmlUUIDValue_t', { str: text(41), bytes: bytes(16) });

export const uuid = struct('nvmlUUID_v1_t', { version: version(1), type: u32, value: uuidValue });
