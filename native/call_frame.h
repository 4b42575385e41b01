// One call's arguments: words, memory, relocations. Mirrors CallFrame in lib/abi/frame.ts.
#ifndef GPUWRIGHT_CALL_FRAME_H
#define GPUWRIGHT_CALL_FRAME_H

#include <cstddef>
#include <cstdint>

#include "shapes.h"

namespace gpuwright {

constexpr size_t kMaxWords = 8;
constexpr size_t kMaxTextBytes = 4096;  // the terminating NUL included

// A frame that somebody else owns. Nothing in it may change during a call but what the C function writes.
struct FrameView {
  const uint64_t* words;  // kMaxWords
  uint32_t pointer_mask;
  uint8_t* memory;  // aligned for any C type
  size_t memory_bytes;
  const uint32_t* relocations;
  size_t relocation_count;
};

enum class FrameFault { kNone, kFunction, kPointerMask, kPointerWord, kRelocationPlace, kRelocationTarget };

// In English, without a full stop.
const char* Describe(FrameFault fault);

// The words as the C function gets them: offsets replaced by pointers. Reads every word once, so that what it has checked is what is used.
inline FrameFault PointWords(const FrameView& frame, uint64_t* pointed) {
  if (frame.pointer_mask >> kMaxWords != 0) return FrameFault::kPointerMask;
  for (size_t i = 0; i < kMaxWords; i++) pointed[i] = frame.words[i];
  const uint64_t base = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(frame.memory));
  for (uint32_t left = frame.pointer_mask; left != 0; left &= left - 1) {
    uint64_t& word = pointed[__builtin_ctz(left)];
    if (word >= frame.memory_bytes) return FrameFault::kPointerWord;
    word += base;
  }
  return FrameFault::kNone;
}

// Whether every offset lies inside the memory.
FrameFault CheckFrame(const FrameView& frame);

// Replaces offsets by pointers, calls, and puts the relocated offsets back. Calls nothing where there is a fault.
FrameFault CallWithRelocations(const FrameView& frame, Trampoline trampoline, void* function, RawResult* result);

// The same; in the header because most frames have no relocations and every nanosecond of a synchronous call shows.
inline FrameFault CallWithFrame(const FrameView& frame, Trampoline trampoline, void* function, RawResult* result) {
  if (frame.relocation_count != 0) return CallWithRelocations(frame, trampoline, function, result);
  uint64_t words[kMaxWords];
  const FrameFault fault = PointWords(frame, words);
  if (fault == FrameFault::kNone) *result = trampoline(function, words);
  return fault;
}

// Length of a library's text, cut so that it and its NUL stay within kMaxTextBytes.
size_t BoundedTextLength(const char* text);

}  // namespace gpuwright

#endif
