// SPDX-License-Identifier: GPL-2.0-only
/** What the C libraries (lzo 2.10: lzo1x_1 and lzo1x_999; snappy 1.1) made of some pages. */
import { describe, expect, it } from 'vitest';
import { lzo } from '../../lib/dump/formats/lzo.js';
import { snappy } from '../../lib/dump/formats/snappy.js';
import { DumpError } from '../../lib/dump/index.js';

const PAGE = 4096;

/** A page of words. */
const ofWords = (word: (i: number) => number) => {
  const page = Buffer.alloc(PAGE);
  for (let i = 0; i < PAGE / 8; i++) page.writeUInt32BE(word(i), 8 * i + 4);
  return page;
};

/** Literals, zeros, and copies from far behind. */
function far(): Buffer {
  const page = Buffer.alloc(PAGE);
  for (let i = 0; i < 200; i++) page[i] = (i * i * 7) >> 3;
  for (let i = 0; i < 40; i++) {
    const at = 2100 + 50 * i;
    if (i % 2 === 0) page.copy(page, at, 4 * i, 4 * i + 3);
    else page.set([(i * 5) & 0xff, (i * 3) & 0xff, 1].slice(0, Math.max(0, PAGE - at)), at);
  }
  return page;
}

const PAGES = {
  words: ofWords((i) => 0x400 + (i % 7)),
  tables: ofWords((i) => (i % 13 ? 0x20 : 0x2868000 + i * 0x1000)),
  far: far(),
} as const;

const VECTORS = {
  words: {
    lzo: 'BAAAAAAAAAS7AAAEAaIBBALdAAPcAMIEBAXdAQbcALgAIAAAAAAAAAAAAAAAAAAAAJrcAAwAAAAAAAQGAAAAAAAABAARAAA=',
    lzo999: 'EgCCAAQA3QAB3QAC3QAD3ADCBAQF3QAGIAAAAAAAAADm3AAgAAAAAAAAAK7cABEAAA==',
    snappy:
      'gCAAAAUBAAQFBgwAAAQBCQkEBAINCAADDQgNIQQEBQ0QAAYNCAkH/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA/jgA6jgA',
  },
  tables: {
    lzo: 'BAAAAAAChoB4AG0AIHMAAAAAIDQfAAKHUNgLIDV8Af4WAoj4FyA/nQHwIEU+A4nAIEWeAYqQIEWeAYtgIEWeAYwwIEWdAY34DCA+vgmN0OAN4FwgNB8AAo6gIEWeAY9wIEWeAZBAIEWeAZEQIEadAeAgRZ4BkrAgRZ0BkyBG/RmUIEb9GZX4ciA+PRCVIEb9GZYgRv0ZlyBG/RmYIEb9GZkgRv0Zmvh0ID69CZogRv0ZmyBG/RmcIEb9GZ0gRv0ZniBG/RmeIEb9GZ8gRv0ZoCBG/RmhIEb9GaIgRv0ZoiBG/RmjIEb9GaQgRv0ZpSBG/RmmMvwZCwAAAAAAIAAAAAAAAAAgEQAA',
    lzo999:
      'EgBAAAEChoAAwQAgIDsfAAKHUCBFngGIICBGnQHwIEWeAYnAIEWeAYqQIEWeAYtgIEWeAYwwIEWeAY0AIEadAdAgRZ4BjqAgRZ4Bj3AgRZ4BkEAgRZ4BkRAgRp0B4CBFngGSsCBFnQGTIEb9GZQgRv0ZlSBG/RmVIEb9GZYgRv0ZlyBG/RmYIEb9GZkgRv0ZmiBG/RmaIEb9GZsgRv0ZnCBG/RmdIEb9GZ4gRv0ZniBG/RmfIEb9GaAgRv0ZoSBG/RmiIEb9GaIgRv0ZoyBG/RmkIEb9GaUgRv0ZpiAB/BkRAAA=',
    snappy:
      'gCAYAAAAAAKGgAEHAQEAIAEFBAAA/ggAVggACAKHUAFcAQH+aAB2aAAAiBFf/mgAfmgAAPABzAEBEXH+CABSCAAIAonAAWQBAf5gAFJgADHwCAKKkAEMAQH+aAB2aAAEi2ABZAEB/mgAdmgABIwwAWQBAf5oAHZoAACNAWMFAf5oAHpoAADQBWUxsP4IAF4IAAgCjqABXAEB/tAAdtAABI9wAWQBAf5oAHZoAASQQAFkAQH+aAB2aAAEkRABZAEB/mgAemgAAOABZAEB/mgAdmgABJKwAWQBAf5oAHZoAACT/oAGmoAGAJT+gAaagAYAlTEv/jgBejgBAJX+gAaagAYAlv6ABpqABgCX/oAGmoAGAJj+gAaagAYAmf6ABpqABgSaABEBUXn+CABSCAAEApr+gAaagAYAm/6ABpqABgCc/oAGmoAGAJ3+gAaagAYAnv6ABpqABgCe/oAGmoAGAJ/+gAaagAYAoP6ABpqABgCh/oAGmoAGAKJx//4IBFYIBB54CgQCov6ABpqABgCj/oAGmoAGAKT+gAaagAYApf6ABpqABgCmhoAG',
  },
  far: {
    lzo: 'AL4AAAMHDhUfKjhGV2l+k6vE4PwbO16Bp874Ik99rt8TSIC48y9ure8yeL4HUZ7rO4zgNIvjPpn3Vrgaf+VOtyOQAHDjV85Fvzq4Nrc5vkPLVOBs+4sesUfeeBKvTe6PM9iAKNN/Lt2PQviuZyHem1sc4KRrM/7Jl2Y4Ct+1jmdDIADgw6eOdV9KOCYXCf7z6+Tg3Nvb3uHn7vgCDx0uP1NogJizz+4NL1J4nsfxHkt7rOAUS4O++Td2uPo/hc4XY7AAUKP3TqX/WgAAAAAAAAAAIAAAAAAAAABMGQADIA6bHQUDASAOxwA4RlcgDsYADwkgD48B4PwbIA6OARkPIA+PAfgiTyAOjgEjFSAPjwGAuPMgDo4BLRsgD48BeL4HIA6OATchIA+PAeA0iyAOjgFBJyAPjwG4Gn8gDo4BSy0gD48BAHDjIA6OAVUzIA+PAbg2tyAOjgFfOSAPjwHgbPsgDo4BaT8gD48BeBKvIA6OAXNFIA+PAYAo0yAOjgF9SyAPjwH4rmcgDo4Bh1EgD48B4KRrIA6OAZFXIA+PATgK3yAOjgGbXSAPjwEA4MMgDo4BpWMgD48BOCYXIA6OAa9pIA+PAeDc2yAOjgG5byAPjwH4Ag8gDo4Bw3U6jAENAAAAAAAAAAAAAAAAAAAAABEAAA==',
    lzo999:
      '2gAAAwcOFR8qOEZXaX6Tq8Tg/Bs7XoGnzvgiT32u3xNIgLjzL26t7zJ4vgdRnus7jOA0i+M+mfdWuBp/5U63I5AAcONXzkW/Org2tzm+Q8tU4Gz7ix6xR954Eq9N7o8z2IAo038u3Y9C+K5nId6bWxzgpGsz/smXZjgK37WOZ0MgAODDp451X0o4JhcJ/vPr5ODc29ve4efu+AIPHS4/U2iAmLPP7g0vUniex/EeS3us4BRLg775N3a4+j+FzhdjsABQo/dOpf9aACAAAAAAAAAAUwEAAyAOvwAFAwEgDsQAITwiIA7GAA8JIA+MASGsIyAOxgAZDyAPjAEhHCUgDsYAIxUgD4wBIYwmIA7GAC0bIA+MASH8JyAOxgA3ISAQPgY0iyAOxgBBJyAPjAEh3CogDsYASy0gD4wBIUwsIA7CAFUzIBAeAza3IA7GAF85IBA+Bmz7IA7GAGk/IBBeCRKvIA7GAHNFIBB+DCjTIA7GAH1LIBCeD65nIA7GAIdRIBA+BqRrIA7GAJFXIBDeFQrfIA7GAJtdIBB+DODDIA7CAKVjIBAeAyYXIA7GAK9pIBA+BtzbIA7GALlvIBBeCQIPIA7GAMN1IAuMAREAAA==',
    snappy:
      'gCDw0AAAAwcOFR8qOEZXaX6Tq8Tg/Bs7XoGnzvgiT32u3xNIgLjzL26t7zJ4vgdRnus7jOA0i+M+mfdWuBp/5U63I5AAcONXzkW/Org2tzm+Q8tU4Gz7ix6xR954Eq9N7o8z2IAo038u3Y9C+K5nId6bWxzgpGsz/smXZjgK37WOZ0MgAODDp451X0o4JhcJ/vPr5ODc29ve4efu+AIPHS4/U2iAmLPP7g0vUniex/EeS3us4BRLg775N3a4+j+FzhdjsABQo/dOpf9aAAAAAAAAAAAA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcA/gcAkgcAAAO6ZgcIBQMBujIACDhGV7oyAAQPCb5kAAjg/Bu6ZAAEGQ++ZAAI+CJPumQABCMVvmQACIC487pkAAQtG75kAAh4vge6ZAAENyG+ZAAI4DSLumQABEEnvmQACLgaf7pkAARLLb5kAAgAcOO6ZAAEVTO+ZAAIuDa3umQABF85vmQACOBs+7pkAARpP75kAAh4Eq+6ZAAEc0W+ZAAIgCjTumQABH1LvmQACPiuZ7pkAASHUb5kAAjgpGu6ZAAEkVe+ZAAIOArfumQABJtdvmQACADgw7pkAASlY75kAAg4Jhe6ZAAEr2m+ZAAI4NzbumQABLlvvmQACPgCD7pkAATDda5kAA==',
  },
} as const;

const decompress = { lzo, lzo999: lzo, snappy };
const cases = Object.entries(VECTORS).flatMap(([name, forms]) =>
  Object.entries(forms).map(
    ([how, text]) => [how as keyof typeof decompress, name as keyof typeof PAGES, text] as const,
  ),
);

describe('a page', () => {
  it.each(cases)('by %s: %s', (how, name, text) => {
    expect(decompress[how](Buffer.from(text, 'base64'), PAGE).equals(PAGES[name])).toBe(true);
  });

  it.each(cases)('by %s: %s, cut, is damaged', (how, _, text) => {
    const bytes = Buffer.from(text, 'base64');
    for (let length = 0; length < bytes.length; length += 7)
      expect(() => decompress[how](bytes.subarray(0, length), PAGE)).toThrow(DumpError);
  });
});
