/*
 * What this is: a fuzz target without a fuzzer: gives it every file named, once. For builds that
 * libFuzzer does not know, such as the one that measures coverage.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_INPUT (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    uint8_t *input = malloc(MAX_INPUT);
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (input == NULL || file == NULL) {
            fprintf(stderr, "cannot read %s\n", argv[i]);
            return EXIT_FAILURE;
        }
        size_t size = fread(input, 1, MAX_INPUT, file);
        fclose(file);
        LLVMFuzzerTestOneInput(input, size);
    }
    free(input);
    printf("%d passed, 0 failed\n", argc - 1);
    return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
