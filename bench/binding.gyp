{
  'targets': [
    {
      'target_name': 'bare',
      'sources': ['bare.c'],
      'defines': ['NAPI_VERSION=9'],
    },
  ],
}
