// SPDX-License-Identifier: GPL-2.0-only
/* The privileged instructions of a tree's inline assembly, by native/core's. Operands are as the architecture numbers them. */
#include "core/hardware/instructions.h"
#include "core/linux/entries.h"
#include "core/linux/mm/page.h"
#include "own-code/own.h"
#include "own-code/runtime/runtime.h"

/* The entry is found as the instruction finds it: from the origin of its table and the page index of the address. */
void linux_own_ipte(u64 pto, u64 address, u64 r3, u32 m4)
{
	struct machine *m = own_machine();
	u64 at = (pto & SEGMENT_ENTRY_ORIGIN) + (address >> PAGE_SHIFT & PTE_INDEX) * sizeof(entry_t);
	bool local = m4 & 1;

	(void)r3;
	if (!storage_has(m, at))
		machine_bug(m, BUG_own_access, "IPTE of an entry at 0x%llx", (unsigned long long)at);
	own->iptes++;
	ipte(m, address, (entry_t *)at, local);
}

static u64 gmap_handle_of(const struct machine *m, u64 asce)
{
	u64 i;

	for (i = 0; i < m->s.gmap_count; i++)
		if (m->s.gmap[i] && m->s.gmap[i]->asce == asce)
			return i;
	return WIRE_NO_HANDLE;
}

/* One entry, of the table that r1 names with its type, for the address in r2. */
static void idte_one(struct machine *m, u64 r1, u64 r2, bool local)
{
	unsigned int shift = PMD_SHIFT + 11 * (unsigned int)((r1 & ASCE_TYPE_MASK) >> 2);
	u64 at = (r1 & ASCE_ORIGIN) + (r2 >> shift & CRST_INDEX) * sizeof(entry_t);

	if (!storage_has(m, at))
		machine_bug(m, BUG_own_access, "IDTE of an entry at 0x%llx", (unsigned long long)at);
	idte_entry(m, r2 & PAGE_MASK, entry_at(m, at), local);
}

/* r2 with bit 52 (0x800): by ASCE, which is r3. */
void linux_own_idte(u64 r1, u64 r3, u64 r2, u32 m4)
{
	struct machine *m = own_machine();
	const u64 by_asce = 0x800;

	if (!(r2 & by_asce)) {
		idte_one(m, r1, r2, m4 & 1);
		return;
	}
	if (own->mm && ((struct mm *)own->mm)->asce == r3)
		idte(m, EVENT_IDTE_MM, ((struct mm *)own->mm)->handle, r3, m4 & 1);
	else
		idte(m, EVENT_IDTE, gmap_handle_of(m, r3), r3, m4 & 1);
}

void linux_own_ptlb(void)
{
	ptlb(own_machine());
}

/* The low word of an entry, whose address comes 4 behind its beginning; or a local of the tree's, for what CSP purges. */
u32 linux_own_csp(u32 *old, u32 new_value, u64 address)
{
	struct machine *m = own_machine();
	u64 *p = (u64 *)(address & ~(u64)7);

	if (storage_has(m, (uintptr_t)p)) {
		if ((u32)*p != *old) {
			*old = (u32)*p;
			return 1;
		}
		SET(m, *p, (*p & ~(u64)UINT32_MAX) | new_value);
	}
	csp(m);
	return 0;
}

u32 linux_own_cspg(u64 *old, u64 new_value, u64 address)
{
	struct machine *m = own_machine();
	u64 *p = (u64 *)(address & ~(u64)7);

	if (!storage_has(m, (uintptr_t)p))
		machine_bug(m, BUG_own_access, "CSPG at 0x%llx", (unsigned long long)address);
	if (*p != *old) {
		*old = *p;
		return 1;
	}
	SET(m, *p, new_value);
	csp(m);
	return 0;
}

u32 linux_own_crdte(u64 *old, u64 new_value, u64 table, u64 address, u64 asce, u32 m4)
{
	(void)old;
	(void)new_value;
	(void)table;
	(void)asce;
	(void)m4;
	machine_bug(own_machine(), BUG_own_bug, "CRDTE for 0x%llx is not simulated", (unsigned long long)address);
}

void linux_own_rdp(u64 pto, u64 address, u64 r3, u32 m4)
{
	(void)pto;
	(void)r3;
	(void)m4;
	machine_bug(own_machine(), BUG_own_bug, "RDP for 0x%llx is not simulated: machines do not have it",
		    (unsigned long long)address);
}

static u64 frame_of(u64 absolute)
{
	struct machine *m = own_machine();

	if (!storage_has(m, absolute))
		machine_bug(m, BUG_own_access, "a storage key at 0x%llx", (unsigned long long)absolute);
	return absolute & PAGE_MASK;
}

u32 linux_own_iske(u64 absolute)
{
	return iske(own_machine(), frame_of(absolute));
}

void linux_own_sske(u32 key, u64 absolute, u32 m3)
{
	const u32 nq = 8;

	sske(own_machine(), frame_of(absolute), key, m3 & nq);
}

u32 linux_own_rrbe(u64 absolute)
{
	return (u32)rrbe(own_machine(), frame_of(absolute));
}

u64 linux_own_essa(u64 absolute, u32 m3)
{
	(void)absolute;
	(void)m3;
	return 0; /* the host's own pages are always stable */
}

u64 linux_own_pfmf(u64 r1, u64 address)
{
	(void)r1;
	machine_bug(own_machine(), BUG_own_bug, "PFMF at 0x%llx is not simulated: machines do not have it",
		    (unsigned long long)address);
}

void linux_own_lctl(u32 control, u64 value)
{
	(void)control;
	(void)value;
}

u64 linux_own_stctl(u32 control)
{
	(void)control;
	return 0;
}

void linux___storage_key_init_range(u64 start, u64 end)
{
	for (; start < end; start += PAGE_SIZE)
		sske(own_machine(), frame_of(start), 0, false);
}
