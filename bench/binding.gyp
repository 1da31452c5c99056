{
  'targets': [
    {
      'target_name': 'core_bench',
      'type': 'executable',
      'sources': ['core.c', '<!@(node sources.mjs)'],
      'include_dirs': ['../native/core'],
      'cflags': ['-std=c11', '-O3'],
    },
    {
      'target_name': 'bare',
      'sources': ['bare.c'],
      'defines': ['NAPI_VERSION=9'],
    },
  ],
}
