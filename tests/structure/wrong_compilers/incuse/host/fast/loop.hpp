[[gnu::noinline]] void loop();
