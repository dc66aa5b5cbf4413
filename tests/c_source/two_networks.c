/* Two exported networks in one program: one after the other on the same accelerator. */
#include <stdio.h>

int first_main(void);
int second_main(void);

int main(void)
{
  const int failed = first_main() + second_main();
  printf("%d failed\n", failed);
  return failed;
}
