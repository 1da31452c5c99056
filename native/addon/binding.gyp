{
  # Of an installed package, which has none at its root: npm and yarn would compile there, also where a prebuild fits.
  "variables": { "root": "../.." },
  "includes": ["addon.gypi"]
}
