/* The known answer is that of the first inference: each start of the network forgets what the last one has seen. */
#include <stdio.h>

int first_main(void);

int main(void)
{
  const int failed = first_main() + first_main();
  printf("%d failed\n", failed);
  return failed;
}
