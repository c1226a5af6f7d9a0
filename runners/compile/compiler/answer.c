// SPDX-License-Identifier: MIT
/* Answers as bytes, for programs of the same machine. */
#include <string.h>

#include "compiler/answer.h"
#include "store/store.h"

struct head {
	struct digest check; /* of all that follows */
	uint64_t out_size, err_size, output_size;
	int32_t status;
	uint32_t has_output;
};

enum { UNCHECKED = sizeof(struct digest) };

struct bytes answer_pack(const struct answer *answer)
{
	struct head head = { 0 };
	struct bytes pack = { 0 };

	head.out_size = answer->said.out.size;
	head.err_size = answer->said.err.size;
	head.output_size = answer->output.size;
	head.status = answer->said.status;
	head.has_output = answer->has_output;
	bytes_add(&pack, &head, sizeof(head));
	bytes_add(&pack, answer->said.out.at, head.out_size);
	bytes_add(&pack, answer->said.err.at, head.err_size);
	bytes_add(&pack, answer->output.at, head.output_size);
	head.check = digest_of(pack.at + UNCHECKED, pack.size - UNCHECKED);
	memcpy(pack.at, &head, UNCHECKED);
	return pack;
}

static bool unpack(const struct bytes *pack, struct answer *answer)
{
	struct head head;
	const char *at;

	if (pack->size < sizeof(head))
		return false;
	memcpy(&head, pack->at, sizeof(head));
	at = pack->at + sizeof(head);
	if (!same_digest(head.check, digest_of(pack->at + UNCHECKED, pack->size - UNCHECKED)))
		return false;
	bytes_add(&answer->said.out, at, head.out_size);
	bytes_add(&answer->said.err, at + head.out_size, head.err_size);
	bytes_add(&answer->output, at + head.out_size + head.err_size, head.output_size);
	answer->said.status = head.status;
	answer->has_output = head.has_output;
	return true;
}

bool answer_get(const char *store, struct digest key, struct answer *answer)
{
	struct bytes pack = { 0 };

	return store_get(store, 'p', key, &pack) && unpack(&pack, answer);
}
