/* Stands for the vendor's header of a board. */
#pragma once
