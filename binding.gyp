{
  "targets": [
    {
      "target_name": "gpuwright",
      "sources": [
        "native/addon.cc",
        "native/call_batch.cc",
        "native/call_frame.cc",
        "native/call_lane.cc",
        "native/environment.cc",
        "native/library_floor.cc",
        "native/mailbox.cc",
        "native/process_state.cc",
        "native/shapes.cc",
        "native/shared_library.cc",
      ],
      "defines": ["NAPI_VERSION=8", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
      "cflags": ["-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-O2", "-fno-plt"],
      "cflags_cc": ["-std=c++17", "-fno-exceptions", "-fno-rtti", "-fvisibility-inlines-hidden"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
      # The file stays mapped while our threads may run in it: Node unloads it with the last environment that loaded it.
      "ldflags": ["-Wl,-z,nodelete"],
      "xcode_settings": {
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
        "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
      },
    },
  ],
}
