#include "call_frame.h"

#include <cstring>
#include <vector>

namespace gpuwright {
namespace {

uint64_t LoadWord(const uint8_t* place) {
  uint64_t value;
  memcpy(&value, place, sizeof value);
  return value;
}

void StoreWord(uint8_t* place, uint64_t value) { memcpy(place, &value, sizeof value); }

}  // namespace

const char* Describe(FrameFault fault) {
  switch (fault) {
    case FrameFault::kFunction:
      return "no function has that number: bind it first";
    case FrameFault::kPointerMask:
      return "the pointer mask has bits beyond the eighth word: set bits 0 to 7 only";
    case FrameFault::kPointerWord:
      return "a pointer word is an offset outside the memory: give an offset into the frame's memory";
    case FrameFault::kRelocationPlace:
      return "a relocation is not 8-aligned inside the memory, or there are too many: give the offsets of embedded pointers";
    case FrameFault::kRelocationTarget:
      return "an embedded pointer is an offset outside the memory: give an offset into the frame's memory";
    case FrameFault::kNone:
      break;
  }
  return "";
}

FrameFault CheckFrame(const FrameView& frame) {
  uint64_t ignored[kMaxWords];
  const FrameFault fault = PointWords(frame, ignored);
  if (fault != FrameFault::kNone) return fault;
  for (size_t i = 0; i < frame.relocation_count; i++) {
    const size_t place = frame.relocations[i];
    if (place % sizeof(uint64_t) != 0 || place >= frame.memory_bytes || frame.memory_bytes - place < sizeof(uint64_t)) {
      return FrameFault::kRelocationPlace;
    }
    if (LoadWord(frame.memory + place) >= frame.memory_bytes) return FrameFault::kRelocationTarget;
  }
  return FrameFault::kNone;
}

FrameFault CallWithRelocations(const FrameView& frame, Trampoline trampoline, void* function, RawResult* result) {
  const FrameFault fault = CheckFrame(frame);
  if (fault != FrameFault::kNone) return fault;
  uint64_t words[kMaxWords];
  PointWords(frame, words);

  // All offsets are read before the first is replaced, so that a place listed twice does no harm.
  std::vector<uint64_t> offsets(frame.relocation_count);
  const uint64_t base = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(frame.memory));
  for (size_t i = 0; i < offsets.size(); i++) offsets[i] = LoadWord(frame.memory + frame.relocations[i]);
  for (size_t i = 0; i < offsets.size(); i++) StoreWord(frame.memory + frame.relocations[i], base + offsets[i]);

  *result = trampoline(function, words);

  // Also where the function wrote over its pointer: an address of this process means nothing to the caller.
  for (size_t i = 0; i < offsets.size(); i++) StoreWord(frame.memory + frame.relocations[i], offsets[i]);
  return FrameFault::kNone;
}

size_t BoundedTextLength(const char* text) { return strnlen(text, kMaxTextBytes - 1); }

}  // namespace gpuwright
