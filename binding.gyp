{
  "variables": { "root": "." },
  "includes": ["native/addon/addon.gypi"]
}
