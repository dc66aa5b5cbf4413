/* The known answer is that of the first inference: a second one is not disturbed by what the first one has left. */
#include <stdio.h>

int first_main(void);

int main(void)
{
  const int failed = first_main() + first_main();
  printf("%d failed\n", failed);
  return failed;
}
