{
  # How the addon is compiled: for binding.gyp at the top of the repository, and for the one beside this file, which is the package's.
  # `root`: where both find the package.
  "targets": [
    {
      "target_name": "s390_gmap",
      "sources": ["<!@(node <(root)/native/sources.cjs <(root))"],
      "include_dirs": ["<(root)/native", "<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": [
        "NAPI_VERSION=9",
        "NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags": ["-fvisibility=hidden"],
      "cflags_c": ["-std=c11"],
      "cflags_cc": ["-std=c++17", "-Os", "-ffunction-sections", "-fdata-sections"],
      "conditions": [
        [
          "OS=='linux'",
          {
            # No C++ runtime, see native/addon/js/memory.cc. node-gyp links by the C++ compiler, which would add it;
            # what node-addon-api has and nobody calls, and that alone would need it, goes.
            "ldflags": ["-nodefaultlibs", "-Wl,--gc-sections", "-Wl,-Bsymbolic"],
            "libraries": ["-lc"]
          }
        ]
      ],
      "xcode_settings": {
        "GCC_OPTIMIZATION_LEVEL": "3",
        "GCC_C_LANGUAGE_STANDARD": "c11",
        "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES"
      }
    }
  ]
}
