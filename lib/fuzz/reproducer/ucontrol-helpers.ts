// SPDX-License-Identifier: GPL-2.0-only
/** C functions of a ucontrol reproducer. */

export const ANSWER = `\
static long answer(long result)
{
	return result < 0 ? -errno : result;
}
`;

export const SHOW = `\
static int differences;

/* Prints the call and what the model answered; what the kernel answered if that is something else. */
static void show(const char *call, long kernel, long model)
{
	if (kernel == model) {
		printf("%s\\n", call);
	} else {
		printf("%s, but the kernel answers %ld\\n", call, kernel);
		differences++;
	}
}
`;

export const SHOW_ONLY = `\
static void show_only(const char *call, long kernel)
{
	printf("%s: the kernel answers %ld\\n", call, kernel);
}
`;

export const GUEST = `\
/* A ucontrol VM of one VCPU, whose gmap has five levels. With the VM its gmap goes. */
struct guest {
	int vm;
	int vcpu;
};

static struct guest new_guest(int kvm)
{
	struct guest guest = { .vm = ioctl(kvm, KVM_CREATE_VM, KVM_VM_S390_UCONTROL), .vcpu = -1 };

	if (guest.vm >= 0)
		guest.vcpu = ioctl(guest.vm, KVM_CREATE_VCPU, 0);
	if (guest.vcpu < 0) {
		perror("a ucontrol VM with a VCPU");
		exit(2);
	}
	return guest;
}
`;

export const FREE = `\
static void free_guest(struct guest guest)
{
	close(guest.vcpu);
	close(guest.vm);
}
`;

export const UCAS_MAP = `\
static long ucas_map(struct guest guest, unsigned long user, unsigned long to, unsigned long length)
{
	struct kvm_s390_ucas_mapping mapping = { .user_addr = user, .vcpu_addr = to, .length = length };

	return answer(ioctl(guest.vcpu, KVM_S390_UCAS_MAP, &mapping));
}
`;

export const UCAS_UNMAP = `\
static long ucas_unmap(struct guest guest, unsigned long to, unsigned long length)
{
	struct kvm_s390_ucas_mapping mapping = { .vcpu_addr = to, .length = length };

	return answer(ioctl(guest.vcpu, KVM_S390_UCAS_UNMAP, &mapping));
}
`;

export const MAP = `\
static long map(unsigned long address, unsigned long length, int prot, int type)
{
	void *mapped = mmap((void *)address, length, prot, type | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	return mapped == MAP_FAILED ? -errno : 0;
}
`;

export const MOVE = `\
static long move(unsigned long from, unsigned long length, unsigned long to, unsigned long new_length)
{
	void *moved = mremap((void *)from, length, new_length, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)to);

	return moved == MAP_FAILED ? -errno : 0;
}
`;

export const FORK = `\
/* The child exits at once. */
static long fork_child(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child < 0 || waitpid(child, NULL, 0) < 0 ? -errno : 0;
}
`;

export const FAULTS = `\
static sigjmp_buf no_access;

static void on_signal(int signal)
{
	siglongjmp(no_access, signal);
}

static void handle_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}
`;

export const LOAD = `\
static long load(unsigned long address)
{
	if (sigsetjmp(no_access, 1))
		return -EFAULT;
	return *(volatile long *)(address & ~7UL);
}
`;

export const STORE = `\
static long store(unsigned long address, unsigned long value)
{
	if (sigsetjmp(no_access, 1))
		return -EFAULT;
	*(volatile unsigned long *)(address & ~7UL) = value;
	return 0;
}
`;
