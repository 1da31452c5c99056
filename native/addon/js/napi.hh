/* SPDX-License-Identifier: GPL-2.0-only */
/* node-addon-api without a C++ runtime: see memory.cc. */
#ifndef S390_GMAP_ADDON_NAPI_HH
#define S390_GMAP_ADDON_NAPI_HH

#include <cstddef> /* the first thing that says which C++ library this is */

#ifdef __GLIBCXX__
/* std::string is compiled from its header, where else it would be taken from libstdc++. */
#undef _GLIBCXX_EXTERN_TEMPLATE
#define _GLIBCXX_EXTERN_TEMPLATE 0
#endif

#include <napi.h>

#endif
