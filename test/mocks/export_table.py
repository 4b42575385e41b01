"""What a vendor tool does with the table of unnamed functions; arguments: the library, the driver's branch. Prints JSON."""
import ctypes as c, json, sys

lib, branch = c.CDLL(sys.argv[1]), int(sys.argv[2])
ID = bytes.fromhex("6c3efec48fc94e6ca327ee696e12f7c4")
table = c.POINTER(c.c_void_p)()
get = lib.nvmlInternalGetExportTable
other = get(c.byref(table), bytes(16))
null = get(None, ID)
found = get(c.byref(table), ID)
size = table[0]


def slot(number, *kinds):
    return c.CFUNCTYPE(c.c_int, *kinds)(table[number])


assert lib.nvmlInit_v2() == 0
device = c.c_void_p()
by_index = slot(81, c.c_uint, c.POINTER(c.c_void_p), c.c_uint)(0, c.byref(device), 0x22)
public = c.c_void_p()
lib.nvmlDeviceGetHandleByIndex_v2(0, c.byref(public))
beyond = slot(81, c.c_uint, c.POINTER(c.c_void_p), c.c_uint)(99, c.byref(c.c_void_p()), 0x22)

unnamed = c.c_uint(7)
zeroed = slot(100, c.c_void_p, c.POINTER(c.c_uint))(device, c.byref(unnamed))
kept = c.c_uint(7)
slot(100, c.c_void_p, c.POINTER(c.c_uint))(12345, c.byref(kept))
no_pointer = slot(100, c.c_void_p, c.c_void_p)(device, 16)

generation = c.c_uint()
slot(230, c.c_void_p, c.POINTER(c.c_uint))(device, c.byref(generation))
expected = c.c_uint()
lib.nvmlDeviceGetMaxPcieLinkGeneration(device, c.byref(expected))

STRIDE, NAME = (4128, 32) if branch >= 535 else (4120, 24)
lists = {}
for number in (213, 214, 215):
    rows = c.create_string_buffer(64 * STRIDE)
    count = c.c_uint(64)
    status = slot(number, c.c_void_p, c.POINTER(c.c_uint), c.c_void_p)(device, c.byref(count), rows)
    lists[number] = [status] + [
        [int.from_bytes(rows[at:at + 4], "little"), rows[at + NAME:at + STRIDE].split(b"\0")[0].decode()] for at in range(0, count.value * STRIDE, STRIDE)
    ]
short = c.c_uint(0)
status_short = slot(213, c.c_void_p, c.POINTER(c.c_uint), c.c_void_p)(device, c.byref(short), None)


def number(place, *arguments):
    """Status, and what a slot writes through its second argument."""
    cell = c.c_int(-1)
    return [slot(place, c.c_void_p, c.POINTER(c.c_int))(device, c.byref(cell)), cell.value]


def level(one, other):
    cell = c.c_uint(77)
    return [slot(23, c.c_char_p, c.c_char_p, c.POINTER(c.c_uint))(one, other, c.byref(cell)), cell.value]


def reset(*devices):
    return slot(168, c.c_uint, c.POINTER(c.c_void_p))(len(devices), (c.c_void_p * len(devices))(*devices))


told = {
    "other": other, "null": null, "found": found, "big_enough": size > 0x288 and size % 8 == 0, "every_slot": all(table[n] for n in range(1, size // 8)),
    "by_index": by_index, "same_handle": device.value == public.value, "beyond": beyond, "zeroed": [zeroed, unnamed.value], "kept": kept.value, "no_pointer": no_pointer,
    "generation": [generation.value, expected.value], "lists": lists, "short": [status_short, short.value],
    "watched": number(72), "module": number(207), "voltage": number(209), "margin": [number(237), number(240)],
    "levels": [level(b"00000000:1B:00.0", b"00000000:43:00.0"), level(b"00000000:1B:00.0", b"00000000:9D:00.0"), level(b"00000000:1B:00.0", b"0000:17:00.0")],
    "reset": [reset(device.value), reset(4711)],
}
told["alive"] = number(72) + [lib.nvmlDeviceGetPersistenceMode(device, c.byref(c.c_int()))]
print(json.dumps(told))
