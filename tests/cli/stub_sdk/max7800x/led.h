/* Stands for the vendor's header of lights. */
#pragma once
void LED_Toggle(unsigned int number);
