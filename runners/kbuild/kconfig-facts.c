// SPDX-License-Identifier: MIT
/*
 * Asks the tree's own Kconfig parser what it knows of symbols. Linked with the objects that `make *config` leaves in
 * O=/scripts/kconfig, so that no second reading of the language can disagree with the kernel's.
 *
 * Usage: kconfig-facts .config SYMBOL...   (in the environment of a configuration target, cwd is the source tree)
 */
#include <stdio.h>
#include <string.h>

#include "lkc.h"

int main(int argc, char **argv)
{
	conf_parse("Kconfig");
	conf_read(argv[1]);
	for (int i = 2; i < argc; i++) {
		struct symbol *symbol = sym_find(argv[i]);
		struct symbol *found[] = { symbol, NULL };
		struct gstr text;

		printf("@symbol %s\n", argv[i]);
		if (!symbol || symbol->type == S_UNKNOWN)
			continue;
		text = get_relations_str(found, NULL);
		fputs(str_get(&text), stdout);
		str_free(&text);
	}
	return 0;
}
