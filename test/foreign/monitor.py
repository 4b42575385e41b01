"""A monitor as others write it with ctypes alone: finds the library by its soname, has its own structs, asks one GPU all it can, changes
a few settings. Prints the same line of JSON as monitor.c; with --layouts, what it takes the structs to look like."""
import ctypes as c
import json
import sys

U32, U64, INT, PTR = c.c_uint, c.c_ulonglong, c.c_int, c.c_void_p


def struct(name, *fields):
    """Fields in order; `name:count` is an array."""
    made = [(text.split(":")[0], kind * int(text.split(":")[1]) if ":" in text else kind) for text, kind in fields]
    return type(name, (c.Structure,), {"_fields_": made})


PciInfo = struct("nvmlPciInfo_t", ("busIdLegacy:16", c.c_char), ("domain", U32), ("bus", U32), ("device", U32), ("pciDeviceId", U32), ("pciSubSystemId", U32), ("busId:32", c.c_char))
Bar1 = struct("nvmlBAR1Memory_t", ("bar1Total", U64), ("bar1Free", U64), ("bar1Used", U64))
Memory = struct("nvmlMemory_t", ("total", U64), ("free", U64), ("used", U64))
Memory2 = struct("nvmlMemory_v2_t", ("version", U32), ("total", U64), ("reserved", U64), ("free", U64), ("used", U64))
Utilization = struct("nvmlUtilization_t", ("gpu", U32), ("memory", U32))
EccCounts = struct("nvmlEccErrorCounts_t", ("l1Cache", U64), ("l2Cache", U64), ("deviceMemory", U64), ("registerFile", U64))
Histogram = struct("nvmlRowRemapperHistogramValues_t", ("max", U32), ("high", U32), ("partial", U32), ("low", U32), ("none", U32))
Sram = struct("nvmlEccSramErrorStatus_v1_t", ("version", U32), ("aggregateUncParity", U64), ("aggregateUncSecDed", U64), ("aggregateCor", U64), ("volatileUncParity", U64), ("volatileUncSecDed", U64),
              ("volatileCor", U64), ("aggregateUncBucketL2", U64), ("aggregateUncBucketSm", U64), ("aggregateUncBucketPcie", U64), ("aggregateUncBucketMcu", U64), ("aggregateUncBucketOther", U64),
              ("bThresholdExceeded", U32))
Repair = struct("nvmlRepairStatus_v1_t", ("version", U32), ("bChannelRepairPending", U32), ("bTpcRepairPending", U32))
Temperature = struct("nvmlTemperature_v1_t", ("version", U32), ("sensorType", U32), ("temperature", INT))
Margin = struct("nvmlMarginTemperature_v1_t", ("version", U32), ("marginTemperature", INT))
Process = struct("nvmlProcessInfo_v2_t", ("pid", U32), ("usedGpuMemory", U64), ("gpuInstanceId", U32), ("computeInstanceId", U32))
Fabric = struct("nvmlGpuFabricInfo_v3_t", ("version", U32), ("clusterUuid:16", c.c_ubyte), ("status", INT), ("cliqueId", U32), ("state", c.c_ubyte), ("healthMask", U32), ("healthSummary", c.c_ubyte))
Field = struct("nvmlFieldValue_t", ("fieldId", U32), ("scopeId", U32), ("timestamp", c.c_longlong), ("latencyUsec", c.c_longlong), ("valueType", U32), ("nvmlReturn", INT), ("value", U64))
Sample = struct("nvmlSample_t", ("timeStamp", U64), ("sampleValue", U64))
Event = struct("nvmlEventData_t", ("device", PTR), ("eventType", U64), ("eventData", U64), ("gpuInstanceId", U32), ("computeInstanceId", U32))
Confidential = struct("nvmlConfComputeSystemState_t", ("environment", U32), ("ccFeature", U32), ("devToolsMode", U32))
GpmSupport = struct("nvmlGpmSupport_t", ("version", U32), ("isSupportedDevice", U32))
Violation = struct("nvmlViolationTime_t", ("referenceTime", U64), ("violationTime", U64))

if sys.argv[1:] == ["--layouts"]:
    print(json.dumps({
        kind.__name__: {"size": c.sizeof(kind), "fields": [[name, getattr(kind, name).offset, getattr(kind, name).size] for name, _ in kind._fields_]}
        for kind in list(globals().values()) if isinstance(kind, type) and issubclass(kind, c.Structure)
    }))
    sys.exit()

nvml = c.CDLL("libnvidia-ml.so.1")
nvml.nvmlErrorString.restype = c.c_char_p
answered, refused, told = [], [], {}


def ask(name, *arguments):
    """Whether it answered."""
    status = getattr(nvml, name)(*arguments)
    if status == 0:
        answered.append(name)
    else:
        refused.append(f"{name} {status}")
    return status == 0


def tell(key, name, *arguments, kind=U32):
    """One number as the last argument."""
    cell = kind()
    if ask(name, *arguments, c.byref(cell)):
        told[key] = cell.value
    return cell.value


def text(key, name, *arguments, room=96, length=True):
    buffer = c.create_string_buffer(room)
    if ask(name, *arguments, buffer, *([U32(room)] if length else [])):
        told[key] = buffer.value.decode()


def filled(kind, name, *arguments, version=0):
    """The struct, its version word set where it has one; None where the call is refused."""
    room = kind()
    if version:
        room.version = c.sizeof(kind) | version << 24
    return room if ask(name, *arguments, c.byref(room)) else None


def several(name, *arguments, kind=U32, count=1):
    cells = [kind() for _ in range(count)]
    return [cell.value for cell in cells] if ask(name, *arguments, *map(c.byref, cells)) else None


def listed(name, *arguments, kind=U32, room=512):
    count, entries = U32(room), (kind * room)()
    return list(entries[: count.value]) if ask(name, *arguments, c.byref(count), entries) else None


def host():
    text("driver", "nvmlSystemGetDriverVersion")
    text("nvml", "nvmlSystemGetNVMLVersion")
    tell("cuda", "nvmlSystemGetCudaDriverVersion_v2", kind=INT)
    tell("gpus", "nvmlDeviceGetCount_v2")
    tell("units", "nvmlUnitGetCount")
    tell("excluded", "nvmlGetExcludedDeviceCount")
    told["confidential"] = filled(Confidential, "nvmlSystemGetConfComputeState").ccFeature
    told["message"] = nvml.nvmlErrorString(15).decode()


def identity(gpu):
    for key, name in [("name", "Name"), ("uuid", "UUID"), ("serial", "Serial"), ("part", "BoardPartNumber"), ("vbios", "VbiosVersion"), ("inforom image", "InforomImageVersion")]:
        text(key, f"nvmlDeviceGet{name}", gpu)
    text("inforom ecc", "nvmlDeviceGetInforomVersion", gpu, 1)
    for key, name in [("inforom checksum", "InforomConfigurationChecksum"), ("index", "Index"), ("minor", "MinorNumber"), ("board", "BoardId"), ("module", "ModuleId"), ("multi gpu", "MultiGpuBoard"),
                      ("cores", "NumGpuCores"), ("bus width", "MemoryBusWidth"), ("brand", "Brand"), ("architecture", "Architecture"), ("irq", "IrqNum")]:
        tell(key, f"nvmlDeviceGet{name}", gpu)
    told["pci"] = filled(PciInfo, "nvmlDeviceGetPciInfo_v3", gpu).busId.decode()
    major, minor = several("nvmlDeviceGetCudaComputeCapability", gpu, kind=INT, count=2)
    told["compute capability"] = 10 * major + minor
    for key, name, known in [("same by address", "PciBusId_v2", told["pci"]), ("same by uuid", "UUID", told["uuid"])]:
        told[key] = int(several(f"nvmlDeviceGetHandleBy{name}", known.encode(), kind=PTR) == [gpu.value])
    ask("nvmlDeviceValidateInforom", gpu)


def pcie(gpu):
    for key, name in [("link generation", "CurrPcieLinkGeneration"), ("link width", "CurrPcieLinkWidth"), ("max link generation", "MaxPcieLinkGeneration"), ("gpu max link generation", "GpuMaxPcieLinkGeneration"),
                      ("max link width", "MaxPcieLinkWidth"), ("replays", "PcieReplayCounter"), ("pcie speed", "PcieSpeed"), ("pcie max speed", "PcieLinkMaxSpeed"), ("bus type", "BusType")]:
        tell(key, f"nvmlDeviceGet{name}", gpu)
    tell("sent", "nvmlDeviceGetPcieThroughput", gpu, 0)
    told["bar1"] = filled(Bar1, "nvmlDeviceGetBAR1MemoryInfo", gpu).bar1Total


def memory(gpu):
    plain = filled(Memory, "nvmlDeviceGetMemoryInfo", gpu)
    told["memory"], told["memory adds up"] = plain.total, int(plain.used + plain.free == plain.total)
    told["reserved"] = filled(Memory2, "nvmlDeviceGetMemoryInfo_v2", gpu, version=2).reserved
    told["gpu percent"] = filled(Utilization, "nvmlDeviceGetUtilizationRates", gpu).gpu
    told["ecc"], told["ecc pending"] = several("nvmlDeviceGetEccMode", gpu, count=2)
    tell("default ecc", "nvmlDeviceGetDefaultEccMode", gpu)
    tell("corrected", "nvmlDeviceGetTotalEccErrors", gpu, 0, 0, kind=U64)
    tell("uncorrected", "nvmlDeviceGetTotalEccErrors", gpu, 1, 0, kind=U64)
    tell("uncorrected in dram", "nvmlDeviceGetMemoryErrorCounter", gpu, 1, 1, 2, kind=U64)
    told["detailed dram"] = filled(EccCounts, "nvmlDeviceGetDetailedEccErrors", gpu, 1, 1).deviceMemory
    _, told["remapped"], told["remapping pending"], _ = several("nvmlDeviceGetRemappedRows", gpu, count=4)
    told["banks at most"] = filled(Histogram, "nvmlDeviceGetRowRemapperHistogram", gpu).max
    told["sram threshold"] = filled(Sram, "nvmlDeviceGetSramEccErrorStatus", gpu, version=1).bThresholdExceeded
    told["channel repair"] = filled(Repair, "nvmlDeviceGetRepairStatus", gpu, version=1).bChannelRepairPending


def clocks(gpu):
    for key, name, *which in [("graphics clock", "ClockInfo", 0), ("max sm clock", "MaxClockInfo", 1), ("customer boost", "MaxCustomerBoostClock", 0), ("application clock", "ApplicationsClock", 2),
                              ("default application clock", "DefaultApplicationsClock", 2), ("clock by id", "Clock", 1, 0), ("pstate", "PerformanceState"), ("power state", "PowerState")]:
        tell(key, f"nvmlDeviceGet{name}", gpu, *which)
    for key, name in [("clock reasons", "CurrentClocksEventReasons"), ("throttle reasons", "CurrentClocksThrottleReasons"), ("possible reasons", "SupportedClocksEventReasons")]:
        tell(key, f"nvmlDeviceGet{name}", gpu, kind=U64)
    speeds = listed("nvmlDeviceGetSupportedMemoryClocks", gpu)
    told["memory clocks"] = len(speeds)
    told["graphics clocks"] = len(listed("nvmlDeviceGetSupportedGraphicsClocks", gpu, speeds[0]))
    several("nvmlDeviceGetAutoBoostedClocksEnabled", gpu, count=2)
    _, told["pstate max"] = several("nvmlDeviceGetMinMaxClockOfPState", gpu, 1, 0, count=2)
    ask("nvmlDeviceGetSupportedPerformanceStates", gpu, (U32 * 16)(), U32(64))
    filled(Violation, "nvmlDeviceGetViolationStatus", gpu, 0)
    ask("nvmlDeviceSetGpuLockedClocks", gpu, 300, 900)
    ask("nvmlDeviceResetGpuLockedClocks", gpu)
    ask("nvmlDeviceSetMemoryLockedClocks", gpu, speeds[0], speeds[0])
    ask("nvmlDeviceResetMemoryLockedClocks", gpu)
    ask("nvmlDeviceSetApplicationsClocks", gpu, told["application clock"], told["max sm clock"])
    ask("nvmlDeviceResetApplicationsClocks", gpu)


def power_and_heat(gpu):
    for key, name in [("milliwatts", "PowerUsage"), ("limit", "PowerManagementLimit"), ("default limit", "PowerManagementDefaultLimit"), ("enforced limit", "EnforcedPowerLimit"),
                      ("power management", "PowerManagementMode")]:
        tell(key, f"nvmlDeviceGet{name}", gpu)
    tell("millijoules", "nvmlDeviceGetTotalEnergyConsumption", gpu, kind=U64)
    told["least limit"], most = several("nvmlDeviceGetPowerManagementLimitConstraints", gpu, count=2)
    ask("nvmlDeviceSetPowerManagementLimit", gpu, told["least limit"])
    tell("limit as set", "nvmlDeviceGetPowerManagementLimit", gpu)
    ask("nvmlDeviceSetPowerManagementLimit", gpu, most)
    tell("celsius", "nvmlDeviceGetTemperature", gpu, 0)
    told["celsius too"] = filled(Temperature, "nvmlDeviceGetTemperatureV", gpu, version=1).temperature
    told["margin"] = filled(Margin, "nvmlDeviceGetMarginTemperature", gpu, version=1).marginTemperature
    tell("slowdown", "nvmlDeviceGetTemperatureThreshold", gpu, 1)
    tell("shutdown", "nvmlDeviceGetTemperatureThreshold", gpu, 0)


def modes(gpu):
    tell("persistence", "nvmlDeviceGetPersistenceMode", gpu)
    ask("nvmlDeviceSetPersistenceMode", gpu, 1)
    tell("persistence set", "nvmlDeviceGetPersistenceMode", gpu)
    tell("compute mode", "nvmlDeviceGetComputeMode", gpu)
    ask("nvmlDeviceSetComputeMode", gpu, 3)
    tell("compute mode set", "nvmlDeviceGetComputeMode", gpu)
    tell("restriction", "nvmlDeviceGetAPIRestriction", gpu, 0)
    tell("display mode", "nvmlDeviceGetDisplayMode", gpu)
    tell("display active", "nvmlDeviceGetDisplayActive", gpu)
    text("gsp", "nvmlDeviceGetGspFirmwareVersion", gpu, length=False)
    several("nvmlDeviceGetGspFirmwareMode", gpu, count=2)
    ask("nvmlDeviceSetEccMode", gpu, 0)
    told["ecc after"], told["ecc pending after"] = several("nvmlDeviceGetEccMode", gpu, count=2)
    ask("nvmlDeviceClearEccErrorCounts", gpu, 0)


def processes(gpu):
    there = listed("nvmlDeviceGetComputeRunningProcesses_v3", gpu, kind=Process)
    told["processes"], told["pid"], told["process bytes"] = len(there), there[0].pid, there[0].usedGpuMemory
    text("process", "nvmlSystemGetProcessName", told["pid"], room=256)
    listed("nvmlDeviceGetGraphicsRunningProcesses_v3", gpu, kind=Process)
    listed("nvmlDeviceGetMPSComputeRunningProcesses_v3", gpu, kind=Process)
    ask("nvmlDeviceSetAccountingMode", gpu, 1)
    tell("accounting", "nvmlDeviceGetAccountingMode", gpu)
    tell("accounting room", "nvmlDeviceGetAccountingBufferSize", gpu)
    listed("nvmlDeviceGetAccountingPids", gpu)
    for key, name in [("encoder", "Encoder"), ("decoder", "Decoder"), ("jpeg", "Jpg"), ("optical flow", "Ofa")]:
        told[key], _ = several(f"nvmlDeviceGet{name}Utilization", gpu, count=2)


def links(gpu):
    state, up = U32(), []
    for link in range(18):
        if nvml.nvmlDeviceGetNvLinkState(gpu, link, c.byref(state)) == 0 and state.value == 1:
            up.append(link)
    told["links"] = len(up)
    ask("nvmlDeviceGetNvLinkState", gpu, up[0], c.byref(state))
    tell("link version", "nvmlDeviceGetNvLinkVersion", gpu, 0)
    told["remote"] = filled(PciInfo, "nvmlDeviceGetNvLinkRemotePciInfo_v2", gpu, 0).busId.decode()
    tell("remote type", "nvmlDeviceGetNvLinkRemoteDeviceType", gpu, 0)
    tell("link replays", "nvmlDeviceGetNvLinkErrorCounter", gpu, 0, 0, kind=U64)
    tell("link p2p", "nvmlDeviceGetNvLinkCapability", gpu, 0, 0)
    ask("nvmlDeviceResetNvLinkErrorCounters", gpu, 0)
    fabric = filled(Fabric, "nvmlDeviceGetGpuFabricInfoV", gpu, version=3)
    told["fabric"], told["clique"] = fabric.state, fabric.cliqueId
    other = PTR()
    nvml.nvmlDeviceGetHandleByIndex_v2(1, c.byref(other))
    tell("ancestor", "nvmlDeviceGetTopologyCommonAncestor", gpu, other)
    tell("p2p", "nvmlDeviceGetP2PStatus", gpu, other, 2)
    ask("nvmlDeviceGetCpuAffinity", gpu, 4, (c.c_ulong * 4)())
    ask("nvmlDeviceGetMemoryAffinity", gpu, 4, (c.c_ulong * 4)(), 0)


def fields_and_samples(gpu):
    values = (Field * 2)(Field(fieldId=4), Field(fieldId=4711))
    ask("nvmlDeviceGetFieldValues", gpu, 2, values)
    told["field"], told["unknown field"] = values[0].value, values[1].nvmlReturn
    kind, count = U32(), U32(512)
    ask("nvmlDeviceGetSamples", gpu, 1, U64(0), c.byref(kind), c.byref(count), (Sample * 512)())
    told["samples"] = int(count.value > 0)


def metrics(gpu):
    support = GpmSupport(version=1)
    ask("nvmlGpmQueryDeviceSupport", gpu, c.byref(support))
    sample = PTR()
    ask("nvmlGpmSampleAlloc", c.byref(sample))
    ask("nvmlGpmSampleGet", gpu, sample)
    ask("nvmlGpmSampleFree", sample)
    told["gpm"] = support.isSupportedDevice


def events(gpu):
    types = tell("event types", "nvmlDeviceGetSupportedEventTypes", gpu, kind=U64)
    group, event = PTR(), Event()
    ask("nvmlEventSetCreate", c.byref(group))
    ask("nvmlDeviceRegisterEvents", gpu, U64(types), group)
    told["no event"] = int(nvml.nvmlEventSetWait_v2(group, c.byref(event), 1) == 10)
    ask("nvmlEventSetFree", group)


def main():
    status = nvml.nvmlInit_v2()
    if status != 0:
        print(json.dumps({"init": status}))
        return 1
    gpu = PTR()
    host()
    ask("nvmlDeviceGetHandleByIndex_v2", 0, c.byref(gpu))
    for part in (identity, pcie, memory, clocks, power_and_heat, modes, processes, links, fields_and_samples, metrics, events):
        part(gpu)
    told["mig"], _ = several("nvmlDeviceGetMigMode", gpu, count=2)
    tell("mig devices", "nvmlDeviceGetMaxMigDeviceCount", gpu)
    ask("nvmlShutdown")
    print(json.dumps({"told": told, "answered": answered, "refused": refused}))
    return 0


sys.exit(main())
