/** NVML's functions: library. */
import { i32, u32 } from '../../layout.ts';
import { arrayOut, count, inout, lengthOf, out, textOut, value } from '../../parameters.ts';
import { bufferSizes as size } from '../constants.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { answersText, define, reads } from './define.ts';
import { length } from './operands.ts';

export const libraryFunctions = define({
  nvmlInit_v2: reads({}),
  nvmlInitWithFlags: reads({ flags: value(u32) }),
  nvmlShutdown: reads({}),
  nvmlErrorString: answersText({ result: value(e.returnCode) }),
  nvmlSystemGetDriverVersion: reads({ version: textOut(size.NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE), length: length('version') }),
  nvmlSystemGetNVMLVersion: reads({ version: textOut(size.NVML_SYSTEM_NVML_VERSION_BUFFER_SIZE), length: length('version') }),
  nvmlSystemGetCudaDriverVersion: reads({ cudaDriverVersion: out(i32) }),
  nvmlSystemGetCudaDriverVersion_v2: reads({ cudaDriverVersion: out(i32) }),
  nvmlSystemGetProcessName: reads({ pid: value(u32), name: textOut(1024), length: length('name') }),
  nvmlSystemGetHicVersion: reads({ hwbcCount: count(8), hwbcEntries: arrayOut(s.hwbcEntry) }),
  nvmlSystemGetDriverBranch: reads({ branchInfo: inout(s.systemDriverBranchInfo), length: lengthOf('branchInfo', u32, size.NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE) }),
  nvmlSystemGetCPER_v1: reads({ cper: inout(s.getCper) }, { root: true }),
  nvmlInit: reads({}),
});
