"""What every NVML function must decode to once the `pattern` fault has filled its outputs: worked out from the measured offsets
(test/abi/data/nvml.json), with none of the project's code.

Byte n of the output at parameter k is n + 1 + 37 k. Counts and pointers stay as the caller wrote them. Of a list whose room nobody
states there is one entry.

stdin: {"decided": {function: {parameter: [direction, reason]}}, "jobs": [{"function", "capacity", "struct", "given", "texts": {parameter: bytes}}]}
  decided: directions that the measured list only guesses, decided by hand
  capacity: entries (or bytes) of room for lists, struct: the version of a struct that the caller filled in, given: entries that the
  caller wrote behind a struct's pointer, texts: bytes of room for a text whose size the caller states
stdout: one object of outputs by parameter for each job. 64-bit numbers are decimal strings, bytes and unions lists of numbers.
"""
import json, os, struct, sys

with open(os.path.join(os.path.dirname(__file__), "..", "abi", "data", "nvml.json")) as file:
    measured = json.load(file)
FUNCTIONS = {f["name"]: f for f in measured["functions"]}
STRUCTS = {s["name"]: s for s in measured["structs"]}
ENUMS = {e["name"]: e for e in measured["enums"]}
HANDLES = {h["name"] for h in measured["handles"]}
ALIASES = {**measured["typeAliases"], **measured["scalarTypedefs"], **measured["typeMacros"]}

SCALARS = {
    "unsigned int": "<I", "unsigned": "<I", "int": "<i", "unsigned long long": "<Q", "unsigned long": "<Q", "long long": "<q", "signed long long": "<q",
    "double": "<d", "unsigned char": "<B", "char": "<b", "signed char": "<b", "unsigned short": "<H",
}


def row(name, ctype, offset, size, length=None):
    return {"name": name, "ctype": ctype, "offset": offset, "size": size, **({} if length is None else {"arrayLen": length})}


def words(*names):
    return [row(name, "unsigned int", 4 * place, 4) for place, name in enumerate(names)]


# Structs of old drivers, which no header has any more: today's header gives their functions today's structs.
OLD = {
    "nvmlDeviceGetAttributes": words("multiprocessorCount", "sharedCopyEngineCount", "sharedDecoderCount", "sharedEncoderCount", "sharedJpegCount", "sharedOfaCount"),
    "nvmlComputeInstanceGetInfo": [
        row("device", "nvmlDevice_t", 0, 8), row("gpuInstance", "nvmlGpuInstance_t", 8, 8), row("id", "unsigned int", 16, 4), row("profileId", "unsigned int", 20, 4),
    ],
}


def licence(size, fields):
    return [row("isGridLicenseSupported", "int", 0, 4), row("licensableFeaturesCount", "unsigned int", 4, 4), {**row("gridLicensableFeatures", "struct", 8, 3 * size, 3), "fields": fields}]


CODE, STATE, INFO = row("featureCode", "nvmlGridLicenseFeatureCode_t", 0, 4), row("featureState", "unsigned int", 4, 4), row("licenseInfo", "char", 8, 128, 128)
PRODUCT, ENABLED = row("productName", "char", 136, 128, 128), row("featureEnabled", "unsigned int", 264, 4)
OLD["nvmlDeviceGetGridLicensableFeatures"] = licence(136, [CODE, STATE, INFO])
OLD["nvmlDeviceGetGridLicensableFeatures_v2"] = licence(264, [CODE, STATE, INFO, PRODUCT])
OLD["nvmlDeviceGetGridLicensableFeatures_v3"] = licence(268, [CODE, STATE, INFO, PRODUCT, ENABLED])
EXPIRY = [row("year", "unsigned int", 0, 4), row("month", "unsigned short", 4, 2), row("day", "unsigned short", 6, 2), row("hour", "unsigned short", 8, 2),
          row("min", "unsigned short", 10, 2), row("sec", "unsigned short", 12, 2), row("status", "unsigned char", 14, 1)]
OLD["nvmlVgpuInstanceGetLicenseInfo"] = [row("isLicensed", "unsigned char", 0, 1), {**row("licenseExpiry", "struct", 4, 16), "fields": EXPIRY}]
OLD["nvmlEventSetWait"] = [row("device", "nvmlDevice_t", 0, 8), row("eventType", "unsigned long long", 8, 8), row("eventData", "unsigned long long", 16, 8)]
OLD_SIZES = {"nvmlEventSetWait": 24, "nvmlDeviceGetAttributes": 24, "nvmlComputeInstanceGetInfo": 24, "nvmlVgpuInstanceGetLicenseInfo": 20, "nvmlDeviceGetGridLicensableFeatures": 8 + 3 * 136,
             "nvmlDeviceGetGridLicensableFeatures_v2": 8 + 3 * 264, "nvmlDeviceGetGridLicensableFeatures_v3": 812}

# Which field of a struct points to a list, which one tells the room, which one the entries; and those whose entries the caller writes.
LISTS = {
    "nvmlSystemEventSetWaitRequest_v1_t": ("data", "dataSize", "numEvent"),
    "nvmlGetCPER_v1_t": ("buffer", "bufferSize", "bufferSize"),
    "nvmlEccSramUniqueUncorrectedErrorCounts_v1_t": ("entries", "entryCount", "entryCount"),
    "nvmlPRMCounterList_v1_t": ("counters", "numCounters", "numCounters"),
    "nvmlProcessDetailList_v1_t": ("procArray", "numProcArrayEntries", "numProcArrayEntries"),
    "nvmlProcessesUtilizationInfo_v1_t": ("procUtilArray", "processSamplesCount", "processSamplesCount"),
    "nvmlActiveVgpuInstanceInfo_v1_t": ("vgpuInstances", "vgpuCount", "vgpuCount"),
    "nvmlVgpuInstancesUtilizationInfo_v1_t": ("vgpuUtilArray", "vgpuInstanceCount", "vgpuInstanceCount"),
    "nvmlVgpuProcessesUtilizationInfo_v1_t": ("vgpuProcUtilArray", "vgpuProcessCount", "vgpuProcessCount"),
    "nvmlVgpuPlacementList_v1_t": ("placementIds", "count", "count"),
    "nvmlVgpuPlacementList_v2_t": ("placementIds", "count", "count"),
    "nvmlVgpuTypeIdInfo_v1_t": ("vgpuTypeIds", "vgpuCount", "vgpuCount"),
    "nvmlVgpuCreatablePlacementInfo_v1_t": ("placementIds", "count", "count"),
}
# `char` fields that are no text: as long as another field says.
TAILS = {("nvmlVgpuMetadata_t", "opaqueData"): "opaqueDataSize", ("nvmlVgpuPgpuMetadata_t", "opaqueData"): "opaqueDataSize"}
# Members without a name in C.
NAMES = {"nvmlPRMTLV_v1_t": "data"}


def resolve(ctype):
    while ctype in ALIASES:
        ctype = ALIASES[ctype]
    return ctype


def size_of(ctype):
    ctype = resolve(ctype)
    if ctype in STRUCTS:
        return STRUCTS[ctype]["size"]
    if ctype in ENUMS:
        return ENUMS[ctype]["size"]
    return 8 if ctype in HANDLES or ctype.endswith("*") else struct.calcsize(SCALARS[ctype])


def number(form, data, at):
    value, = struct.unpack_from(form, data, at)
    return str(value) if form in ("<Q", "<q") else value


def text(data):
    return data.split(b"\0")[0].decode("utf-8", "replace")


def scalar(ctype, data, at):
    ctype = resolve(ctype)
    if ctype in STRUCTS:
        return aggregate(ctype, data, at)
    if ctype in HANDLES or ctype.endswith("*"):
        return number("<Q", data, at)
    if ctype in ENUMS:
        enum = ENUMS[ctype]
        return number({(4, True): "<i", (4, False): "<I", (1, False): "<B"}[enum["size"], enum["signed"]], data, at)
    return number(SCALARS[ctype], data, at)


def aggregate(name, data, at):
    """A struct by the measured offsets, or the bytes of a union."""
    known = STRUCTS[name]
    if known["kind"] == "union":
        return {"bytes": list(data[at : at + known["size"]])}
    return {field["name"] or NAMES[name]: member(name, field, data, at + field["offset"]) for field in known["fields"]}


def member(owner, field, data, at):
    ctype, length = resolve(field["ctype"]), field.get("arrayLen")
    if ctype == "union":
        return {"bytes": list(data[at : at + field["size"]])}
    if "fields" in field:
        each = field["size"] // (length or 1)
        entries = [{inner["name"]: member(None, inner, data, at + n * each + inner["offset"]) for inner in field["fields"]} for n in range(length or 1)]
        return entries if length else entries[0]
    if (owner, field["name"]) in TAILS:
        return "tail"
    if length is None:
        return scalar(ctype, data, at)
    if ctype == "char":
        # An array of texts tells the length of each by what is left.
        return text(data[at : at + field["size"]])
    each = size_of(ctype)
    return [scalar(ctype, data, at + n * each) for n in range(length)]


class Job:
    def __init__(self, job, decided):
        self.job = job
        self.function = FUNCTIONS[job["function"]]
        self.decided = decided.get(job["function"], {})
        self.capacity = job["capacity"]

    def pattern(self, parameter, size):
        place = self.function["params"].index(parameter)
        return bytes((n + 1 + 37 * place) & 0xFF for n in range(size))

    def direction(self, parameter):
        """in, out, inout or list."""
        if parameter["name"] in self.decided:
            return {"array-out": "list", "array-inout": "list"}.get(self.decided[parameter["name"]][0], self.decided[parameter["name"]][0])
        kind = parameter["kind"]
        if kind.startswith("array"):
            return "list"
        return kind.rsplit("-", 1)[1] if "-" in kind else "in"

    def is_count(self, parameter):
        return any(other.get("len") == parameter["name"] for other in self.function["params"]) and parameter["ctype"] == "unsigned int *"

    def outputs(self):
        return {p["name"]: self.output(p) for p in self.function["params"] if self.direction(p) != "in"}

    def output(self, parameter):
        pointed = resolve(parameter["ctype"].removesuffix("*").strip())
        if self.is_count(parameter):
            return 1 if parameter["kind"] == "uint-out" else self.capacity
        measure = next((p for p in self.function["params"] if p["name"] == parameter.get("len")), None)
        counted = measure is not None and measure["ctype"] == "unsigned int *"
        if self.direction(parameter) == "list":
            return self.list(parameter, pointed, measure, counted)
        if pointed == "char":
            room = self.capacity if counted else self.job["texts"][parameter["name"]]
            return text(self.pattern(parameter, room))
        if counted:
            return self.sized(parameter, pointed)
        if self.job["function"] in OLD and pointed in STRUCTS:
            data = self.pattern(parameter, OLD_SIZES[self.job["function"]])
            return {field["name"]: member(None, field, data, field["offset"]) for field in OLD[self.job["function"]]}
        if pointed in STRUCTS and self.job.get("struct"):
            pointed = self.job["struct"]
        if pointed in LISTS:
            return self.with_list(parameter, pointed)
        return scalar(pointed, self.pattern(parameter, size_of(pointed)), 0)

    def list(self, parameter, element, measure, counted):
        if not counted:
            entries = self.job["given"] if parameter["kind"] == "array-inout" else self.capacity
            if parameter.get("lenUnit") == "bytes":
                entries = self.capacity
        else:
            entries = 1 if measure["kind"] == "uint-out" else self.capacity
        each = size_of(element)
        data = self.pattern(parameter, each * entries)
        return [scalar(element, data, n * each) for n in range(entries)]

    def sized(self, parameter, name):
        """A struct in as many bytes as there is room, the last of them its tail."""
        data = self.pattern(parameter, self.capacity)
        value = aggregate(name, data, 0)
        tail, = [field for owner, field in TAILS if owner == name]
        place = next(f["offset"] for f in STRUCTS[name]["fields"] if f["name"] == tail)
        value[tail] = list(data[place : min(len(data), place + value[TAILS[name, tail]])])
        return value

    def with_list(self, parameter, name):
        pointer, room, count = LISTS[name]
        entries = self.job["given"] if name == "nvmlPRMCounterList_v1_t" else self.capacity
        value = aggregate(name, self.pattern(parameter, STRUCTS[name]["size"]), 0)
        element = next(f["ctype"] for f in STRUCTS[name]["fields"] if f["name"] == pointer).removesuffix("*").strip()
        each = size_of(element)
        data = self.pattern(parameter, each * entries)
        value[room] = value[count] = entries
        value[pointer] = [scalar(element, data, n * each) for n in range(entries)]
        return value


request = json.load(sys.stdin)
json.dump([Job(job, request["decided"]).outputs() for job in request["jobs"]], sys.stdout)
