{
  "targets": [
    {
      "target_name": "s390_gmap",
      "sources": ["<!@(cat native/sources.txt native/fuzz/sources.txt native/addon/sources.txt)"],
      "include_dirs": ["native"],
      "defines": ["NAPI_VERSION=9"],
      "cflags_c": ["-std=c11", "-fvisibility=hidden"],
      "xcode_settings": {
        "GCC_OPTIMIZATION_LEVEL": "3",
        "GCC_C_LANGUAGE_STANDARD": "c11",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES"
      }
    }
  ]
}
